/** The dependencies of the routes; server.ts creates them. */
import type { Client } from '@temporalio/client';
import type { MirrorReader } from '../activities/forge/diff.ts';
import type { Database } from '../db/connection.ts';
import type { Courier } from './courier.ts';
import type { DraftWatch } from './draft-watch.ts';
import type { Feed } from './feed.ts';
import type { Limits } from './fleet.ts';
import type { BuildMessages } from './recording/recorded-agent.ts';
import type { PendingReader } from './retries.ts';
import type { RunUrl } from './run-urls.ts';
import type { StandstillWatch } from './standstill.ts';

/** By sender; a route without its secret is closed. */
export interface WebhookSecrets {
  readonly linear: string | undefined;
  readonly github?: string | undefined;
}

export interface ServerDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly forge: MirrorReader;
  readonly webhookSecrets: WebhookSecrets;
  readonly courier: Courier;
  readonly feed: Feed;
  readonly drafts: DraftWatch;
  readonly standstillWatch: StandstillWatch;
  /** How long an epic may take to answer before it is "pending". */
  readonly answerWithinMs: number;
  readonly readPending: PendingReader;
  readonly runUrl: RunUrl;
  /** Of the factory itself. */
  readonly version: string;
  /** Takes secrets out of a text, or a value as JSON, that is exported. */
  readonly clean: (text: string) => string;
  readonly buildMessages: BuildMessages | undefined;
  readonly limits: Limits | null;
}

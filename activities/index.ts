/** Every activity by the task queue that carries it; a name here is a name on the wire. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Client } from '@temporalio/client';
import type { Config } from '../config.ts';
import type { Database } from '../db/connection.ts';
import { createAnswerToolCalls } from './agent/answer-tool-calls.ts';
import { createBudget } from './agent/budget.ts';
import { createOpenTranscript } from './agent/open-transcript.ts';
import { createSettleAgent } from './agent/settle-agent.ts';
import { createTakeTurn } from './agent/take-turn.ts';
import { createClaimActivities, createPlaceActivities } from './place.ts';
import { createRecordActivities } from './records.ts';
import { createSupervisionActivities } from './supervision.ts';

export interface ActivityDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly config: Config;
  readonly host: Config['host'] & { readonly name: string };
  readonly model: Anthropic;
}

/** Queue `factory`. */
export function createFactoryActivities({ db, temporal, config }: ActivityDependencies) {
  return {
    ...createRecordActivities({ db }),
    ...createSupervisionActivities({ db, temporal, epicsAtOnce: config.limits.epics }),
    ...createPlaceActivities({ db }),
    ...createOpenTranscript({ db }),
    ...createAnswerToolCalls({ db }),
    ...createSettleAgent({ db }),
    ...createBudget({ db }),
  };
}

/** Queue `model`. */
export const createModelActivities = ({ db, model }: ActivityDependencies) => createTakeTurn({ db, client: model });

/** Queue `hosts`. */
export const createHostsActivities = ({ db, host }: ActivityDependencies) =>
  createClaimActivities({ db, host: host.name });

/** Queue `host-<name>`. */
export function createHostActivities({ db, config, host }: ActivityDependencies) {
  return {};
}

export type RecordActivities = ReturnType<typeof createRecordActivities>;
export type FactoryActivities = ReturnType<typeof createFactoryActivities>;
export type ModelActivities = ReturnType<typeof createModelActivities>;
export type HostsActivities = ReturnType<typeof createHostsActivities>;
export type HostActivities = ReturnType<typeof createHostActivities>;

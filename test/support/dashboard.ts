/** The dashboard over a database of its own, without workflows: what pages show is what the projection holds. */
import type { Client } from '@temporalio/client';
import { createMirrorReader } from '../../activities/forge/diff.ts';
import { buildPages } from '../../api/pages.ts';
import { buildServer, type ServerOptions } from '../../api/server.ts';
import { absolute } from '../../config/files.ts';
import { createListen } from '../../db/listen.ts';
import { absentTemporal } from './api.ts';
import { createDatabase } from './database.ts';
import { recorder } from './recording.ts';

export interface DashboardOptions {
  /** Holds the mirrors that diffs are read from; there are none without it. */
  readonly stateDir?: string;
  /** One that is not there without it. */
  readonly temporal?: Client;
  readonly lookForStandstillMs?: number;
  /** Of Temporal's Web UI. */
  readonly temporalUiUrl?: string;
}

export async function startDashboard(options: DashboardOptions = {}) {
  const { db, url, drop } = await createDatabase();
  const dashboard = await serveDashboard({ db, url, temporal: absentTemporal(), answerWithinMs: 300, ...options });
  return {
    db,
    origin: dashboard.origin,
    record: recorder(db),
    async close(): Promise<void> {
      await dashboard.close();
      await drop();
    },
  };
}

interface Served extends Omit<DashboardOptions, 'temporal'>, Pick<ServerOptions, 'db' | 'temporal' | 'answerWithinMs'> {
  /** Of the database. */
  readonly url: string;
}

/** API and pages on a free port, over what the test has. */
export async function serveDashboard({ url, stateDir, ...rest }: Served) {
  const api = await buildServer({
    ...{ ...rest, listen: createListen(url), allowedHosts: [], logLevel: 'silent' },
    ...(stateDir === undefined ? {} : { forge: createMirrorReader(stateDir) }),
  });
  // Only who listens follows the changes.
  await api.listen({ host: '127.0.0.1', port: 0 });
  const pages = await buildPages({ api, folder: absolute('dist/web') });
  const origin = await pages.listen({ host: '127.0.0.1', port: 0 });
  return {
    origin,
    async close(): Promise<void> {
      await pages.close();
      await api.close();
    },
  };
}

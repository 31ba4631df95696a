/** The embedded Temporal: the CLI's development server with its data in STATE_DIR, set up for many short steps. */
import { mkdirSync } from 'node:fs';
import path from 'node:path';
import { searchPath } from '../../config/environment.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes.ts';
import type { Command } from './process.ts';

/**
 * Without these the server looks at its queues 20 times a second, and timers and continuing as new take a second. Each
 * timer is read by itself: when one may be 25 ms late, an epic takes two fifths fewer reads of them than at 1 ms.
 */
export const DYNAMIC_CONFIG = [
  'history.transferProcessorMaxPollRPS=2000',
  'history.timerProcessorMaxPollRPS=2000',
  'history.visibilityProcessorMaxPollRPS=2000',
  // Durations, so the quotes belong to the value.
  'history.timerProcessorMaxTimeShift="25ms"',
  'history.workflowIdReuseMinimalInterval="0s"',
  // The search attributes exist from the start; rereading them for each request was 450 of an epic's 2,300 reads and writes.
  'system.forceSearchAttributesCacheRefreshOnRead=false',
];

/** Survives a kill of the process; a power cut can cost the last moments. */
const SQLITE = ['journal_mode=WAL', 'synchronous=NORMAL'];

const TYPES = { KEYWORD: 'Keyword', BOOL: 'Bool' } as const;

export interface TemporalServerOptions {
  /** Absolute path of the Temporal CLI. */
  readonly cli: string;
  readonly folder: string;
  readonly port: number;
  readonly uiPort: number;
  readonly namespace: string;
}

export function temporalCommand({ cli, folder, port, uiPort, namespace }: TemporalServerOptions): Command {
  mkdirSync(folder, { recursive: true });
  const attributes = Object.values(SEARCH_ATTRIBUTES).map(
    ({ name, type }) => `${name}=${TYPES[type as keyof typeof TYPES]}`,
  );
  return {
    file: cli,
    args: [
      ...['server', 'start-dev', '--ip', '127.0.0.1', '--port', String(port), '--ui-port', String(uiPort)],
      ...['--db-filename', path.join(folder, 'temporal.db'), '--namespace', namespace, '--ui-disable-news-fetch'],
      ...DYNAMIC_CONFIG.flatMap((setting) => ['--dynamic-config-value', setting]),
      ...SQLITE.flatMap((pragma) => ['--sqlite-pragma', pragma]),
      ...attributes.flatMap((attribute) => ['--search-attribute', attribute]),
      ...['--log-level', 'warn'],
    ],
    // Not ours: a TEMPORAL_* variable, or a profile in the home folder, could change where the CLI looks.
    env: { PATH: searchPath(), HOME: folder },
    cwd: folder,
  };
}

interface Embedded {
  readonly uiPort: number;
  readonly namespace: string;
}

/** Whether the embedded server has its namespace. Throws while it does not answer at all. */
export const isServed = async (server: Embedded): Promise<boolean> => (await askUi(server, '')).ok;

/** Whether somebody has asked the embedded server for workflow tasks of the queue since then. */
export async function isPolledHere(server: Embedded, taskQueue: string, since: Date): Promise<boolean> {
  const response = await askUi(server, `/task-queues/${taskQueue}?taskQueueType=TASK_QUEUE_TYPE_WORKFLOW`);
  if (!response.ok) return false;
  const { pollers = [] } = (await response.json()) as { readonly pollers?: { readonly lastAccessTime?: string }[] };
  return pollers.some(({ lastAccessTime: at }) => Date.parse(at ?? '') >= since.getTime() - 1_000);
}

/** Asks Temporal's Web UI: a client would stay in the launcher's memory as long as the stack runs. */
const askUi = ({ uiPort, namespace }: Embedded, path: string): Promise<Response> =>
  fetch(`http://127.0.0.1:${uiPort}/api/v1/namespaces/${encodeURIComponent(namespace)}${path}`, {
    signal: AbortSignal.timeout(3_000),
  });

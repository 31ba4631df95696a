/** A Temporal server of its own for each test file, with the factory's settings, and the replay of all that ran on it. */
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, type ReplayWorkerOptions, Runtime, Worker } from '@temporalio/worker';
import { DYNAMIC_CONFIG } from '../../local/temporal.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes.ts';
import { required } from './environment.ts';

// Once a process, before any server or worker: a green run prints no log lines.
Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'ERROR' } } });

/** What a replay needs to know of the code: `{ workflowBundle }` or `{ workflowsPath }`. */
export type WorkflowCode = Pick<ReplayWorkerOptions, 'workflowBundle' | 'workflowsPath'>;

export interface TestTemporal {
  readonly environment: TestWorkflowEnvironment;
  readonly client: TestWorkflowEnvironment['client'];
  /** For workers. */
  readonly connection: TestWorkflowEnvironment['nativeConnection'];
  readonly address: string;
  readonly namespace: string;
  /** Replays every history of the namespace with `code` and fails if one does not fit; answers with their number. */
  replayHistories(code: WorkflowCode): Promise<number>;
  /** Call it in `after`, behind replayHistories and when the workers have ended. */
  stop(): Promise<void>;
}

export interface TemporalOptions {
  /** Suggests continue-as-new to workflows at this many events, to force it in a test. */
  readonly suggestContinueAsNewAt?: number;
}

/** The SDK looks for a free port and lets go of it before the server takes it; a file beside us may be faster. */
async function onFreePort<T>(start: () => Promise<T>): Promise<T> {
  for (let attempt = 1; ; attempt += 1) {
    try {
      return await start();
    } catch (error) {
      if (attempt === 3) throw error;
    }
  }
}

/** Starts a dev server in memory on a free port: half a second. */
export async function startTemporal({ suggestContinueAsNewAt }: TemporalOptions = {}): Promise<TestTemporal> {
  const settings = [...DYNAMIC_CONFIG];
  if (suggestContinueAsNewAt !== undefined) {
    settings.push(`limit.historyCount.suggestContinueAsNew=${suggestContinueAsNewAt}`);
  }
  const environment = await onFreePort(() =>
    TestWorkflowEnvironment.createLocal({
      server: {
        executable: { type: 'existing-path', path: required('FACTORY_TEMPORAL_CLI') },
        searchAttributes: Object.values(SEARCH_ATTRIBUTES),
        log: { format: 'pretty', level: 'error' },
        extraArgs: [...['--output', 'none'], ...settings.flatMap((setting) => ['--dynamic-config-value', setting])],
      },
    }),
  );
  return asTestTemporal(environment);
}

function asTestTemporal(environment: TestWorkflowEnvironment): TestTemporal {
  return {
    environment,
    client: environment.client,
    connection: environment.nativeConnection,
    address: environment.address,
    namespace: environment.namespace ?? 'default',
    replayHistories: (code) => replay(code, environment.client.workflow.list().intoHistories()),
    stop: () => environment.teardown(),
  };
}

/** Open executions are replayed too: what they have done so far must fit as well, and visibility lags behind. */
async function replay(code: WorkflowCode, histories: AsyncIterable<HistoryAndWorkflowId>): Promise<number> {
  let count = 0;
  const problems: string[] = [];
  for await (const { workflowId, error } of Worker.runReplayHistories(code, histories)) {
    count += 1;
    if (error !== undefined) problems.push(`${workflowId}: ${error.message}`);
  }
  if (problems.length > 0)
    throw new Error(`${problems.length} of ${count} histories do not replay:\n${problems.join('\n')}`);
  return count;
}

/** A Temporal server of its own for each test file, with the factory's settings, and the replay of all that ran on it. */
import type { HistoryAndWorkflowId } from '@temporalio/client';
import { TestWorkflowEnvironment } from '@temporalio/testing';
import { DefaultLogger, type ReplayWorkerOptions, Runtime, Worker } from '@temporalio/worker';
import { DYNAMIC_CONFIG } from '../../local/stack/temporal.ts';
import { INDEXED_VALUE_TYPES } from '../../worker/namespace.ts';
import { SEARCH_ATTRIBUTES } from '../../workflows/contract/search-attributes.ts';
import { required } from './environment.ts';
import { persistently } from './wait-for.ts';

// Once a process, before any server or worker: a green run prints no log lines, and whoever starts a worker ends it, when
// somebody interrupts the run too.
Runtime.install({
  logger: new DefaultLogger('ERROR'),
  telemetryOptions: { logging: { filter: 'ERROR' } },
  shutdownSignals: [],
});

/** What a replay needs to know of the code: `{ workflowBundle }` or `{ workflowsPath }`. */
export type WorkflowCode = Pick<ReplayWorkerOptions, 'workflowBundle' | 'workflowsPath'>;

export interface TestTemporal {
  readonly environment: TestWorkflowEnvironment;
  readonly client: TestWorkflowEnvironment['client'];
  /** For workers. */
  readonly connection: TestWorkflowEnvironment['nativeConnection'];
  readonly address: string;
  readonly namespace: string;
  /**
   * Replays every history of the namespace with `code` and fails if one does not fit; answers with their number.
   * A server that cannot list its executions is told the `roots`, whose children are found in their histories.
   */
  replayHistories(code: WorkflowCode, roots?: readonly string[]): Promise<number>;
  /** Call it in `after`, behind replayHistories and when the workers have ended. */
  stop(): Promise<void>;
}

export interface TemporalOptions {
  /** Temporal's time-skipping test server: waits take no time, and nothing can be listed or continued after a restart. */
  readonly skipsTime?: boolean;
  /** Suggests continue-as-new to workflows at this many events, to force it in a test. */
  readonly suggestContinueAsNewAt?: number;
}

/** A file's few tasks need no queue in four parts, of which each is polled and passes on what it gets. */
const ONE_PARTITION = ['matching.numTaskqueueReadPartitions=1', 'matching.numTaskqueueWritePartitions=1'];

/** The SDK looks for a free port and lets go of it before the server takes it; a file beside us may be faster. */
const onFreePort = <T>(start: () => Promise<T>): Promise<T> => persistently(start, { times: 3, pauseMs: 0 });

/** Starts a server in memory on a free port: half a second. */
export async function startTemporal({
  suggestContinueAsNewAt,
  skipsTime,
}: TemporalOptions = {}): Promise<TestTemporal> {
  if (skipsTime === true) return startTimeSkipping();
  const settings = [...DYNAMIC_CONFIG, ...ONE_PARTITION];
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

async function startTimeSkipping(): Promise<TestTemporal> {
  const executable = { type: 'existing-path', path: required('FACTORY_TEST_SERVER') } as const;
  const environment = await onFreePort(() => TestWorkflowEnvironment.createTimeSkipping({ server: { executable } }));
  // It has no list of them either, so what the worker process does at its start does not work here.
  const attributes = Object.values(SEARCH_ATTRIBUTES).map(({ name, type }) => [name, INDEXED_VALUE_TYPES[type]]);
  await environment.connection.operatorService.addSearchAttributes({
    namespace: environment.namespace ?? 'default',
    searchAttributes: Object.fromEntries(attributes),
  });
  return asTestTemporal(environment);
}

function asTestTemporal(environment: TestWorkflowEnvironment): TestTemporal {
  return {
    environment,
    client: environment.client,
    connection: environment.nativeConnection,
    address: environment.address,
    namespace: environment.namespace ?? 'default',
    replayHistories: (code, roots) =>
      replay(
        code,
        roots === undefined
          ? environment.client.workflow.list().intoHistories()
          : historiesOf(environment.client, roots),
      ),
    stop: () => environment.teardown(),
  };
}

async function* historiesOf(
  client: TestWorkflowEnvironment['client'],
  roots: readonly string[],
): AsyncGenerator<HistoryAndWorkflowId> {
  for (const workflowId of roots) {
    const history = await client.workflow.getHandle(workflowId).fetchHistory();
    yield { workflowId, history };
    const children = (history.events ?? []).flatMap(
      (event) => event.childWorkflowExecutionStartedEventAttributes?.workflowExecution?.workflowId ?? [],
    );
    yield* historiesOf(client, children);
  }
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

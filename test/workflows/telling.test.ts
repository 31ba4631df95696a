/**
 * Records under random work, waits, signals and losses, told by workflows without a cache: they get workflow tasks that made
 * no commands as one with the next, and a replay gets them apart.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { setTimeout as sleep } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { ApplicationFailure, defaultPayloadConverter } from '@temporalio/common';
import { Worker } from '@temporalio/worker';
import fc from 'fast-check';
import { INTERCEPTORS } from '../../worker/bundle.ts';
import { type CarriedRecord, RECORD_HEADER } from '../../workflows/contract/carried-record.ts';
import type { AgentView, Recorded } from '../../workflows/contract/records.ts';
import type { Instruction, Look, Outside } from '../support/telling-workflows.ts';
import { startTemporal } from '../support/temporal.ts';
import { waitFor } from '../support/wait-for.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const SEED = 12;
const WORKFLOWS = 10;

const temporal = await startTemporal();
const told = new Map<string, Recorded<AgentView>[]>();
const problems: string[] = [];
let writes = 0;

/** Records that are activities of their own, and what they wait for. */
const alone: Recorded<AgentView>[] = [];
let mayWrite = Promise.resolve();

/** Every seventh write is refused at first. */
async function write(record: Recorded<AgentView>): Promise<void> {
  writes += 1;
  await sleep(writes % 5 === 0 ? 200 : 5);
  if (writes % 7 === 0) throw ApplicationFailure.create({ type: 'RecordFailed', message: 'PostgreSQL is away' });
  const { agentId } = record.view;
  told.set(agentId, [...(told.get(agentId) ?? []), record]);
}

const toldOf = (agentId: string) => told.get(agentId) ?? [];
const decisionsOf = (agentId: string) =>
  new Set(toldOf(agentId).flatMap(({ decisions }) => decisions.map((d) => d.seq)));
const newestOf = (agentId: string) =>
  toldOf(agentId)
    .toSorted((a, b) => a.view.version - b.view.version)
    .at(-1)?.view;

const activities: Outside = {
  async work(ms) {
    await sleep(ms);
    if (ms % 3 === 0) throw ApplicationFailure.nonRetryable('it did not work');
  },
  async look({ decided, held }: Look) {
    const { workflowId = '' } = Context.current().info.workflowExecution ?? {};
    const lines = decisionsOf(workflowId);
    for (let seq = 1; seq <= decided; seq += 1) {
      if (!lines.has(seq)) problems.push(`${workflowId} was flushed without its line ${seq}`);
    }
    if (held === undefined) return;
    const isTold = () => toldOf(workflowId).some(({ view }) => view.hold?.reason === held);
    await waitFor(isTold, { what: held, timeoutMs: 20_000 }).catch(() => problems.push(`${workflowId}: ${held}`));
  },
  async recordAgent(record) {
    alone.push(record as Recorded<AgentView>);
    await mayWrite;
    await write(record as Recorded<AgentView>);
  },
};

const workflowBundle = await bundleTestWorkflows('test/support/telling-workflows.ts', { interceptors: INTERCEPTORS });
const worker = await Worker.create({
  ...{ connection: temporal.connection, taskQueue: 'telling', activities, maxCachedWorkflows: 0, workflowBundle },
  interceptors: {
    activity: [
      () => ({
        inbound: {
          async execute(input, next) {
            const payload = input.headers[RECORD_HEADER];
            if (payload !== undefined) {
              await write(defaultPayloadConverter.fromPayload<CarriedRecord>(payload).record as Recorded<AgentView>);
            }
            return next(input);
          },
        },
      }),
    ],
  },
});
const running = worker.run();
after(async () => {
  worker.shutdown();
  await running;
  await temporal.stop();
});

const Do: fc.Arbitrary<Instruction> = fc.oneof(
  fc.record({
    kind: fc.constantFrom('work' as const, 'work beside' as const),
    ms: fc.constantFrom(0, 1, 40, 700, 1_500),
  }),
  fc.record({
    ...{ kind: fc.constant('wait' as const), why: fc.constantFrom('host' as const, 'quota' as const) },
    ms: fc.constantFrom('until told' as const, 1, 20, 450, 500, 520),
  }),
  fc.constant({ kind: 'flush' as const }),
);
const Signal = fc.oneof(
  { weight: 3, arbitrary: fc.record({ name: fc.constant('do' as const), args: fc.tuple(Do) }) },
  { weight: 3, arbitrary: fc.record({ name: fc.constantFrom('change', 'decide', 'nothing'), args: fc.constant([]) }) },
);
const Sending = fc.array(fc.record({ signal: Signal, pauseMs: fc.constantFrom(0, 5, 30, 150, 480) }), {
  ...{ minLength: 12, maxLength: 20 },
});

test('whatever happens, every lasting change is recorded in the end, and every history replays', async () => {
  const sendings = fc.sample(Sending, { seed: SEED, numRuns: WORKFLOWS });
  const { client } = temporal;
  await Promise.all(
    sendings.map(async (sending, index) => {
      const workflowId = `telling-${index}`;
      const options = { taskQueue: 'telling', workflowId, args: [workflowId] };
      const handle = await client.workflow.start('tellingWorkflow', options);
      for (const { signal, pauseMs } of sending) {
        await sleep(pauseMs);
        await handle.signal(signal.name, ...signal.args);
      }
      await handle.signal('end');
      const { decided, changes } = (await handle.result()) as { decided: number; changes: number };
      assert.equal(decisionsOf(workflowId).size, decided, workflowId);
      const newest = newestOf(workflowId);
      assert.deepEqual([newest?.state, newest?.turn], ['COMPLETED', changes], workflowId);
      const { events } = await handle.fetchHistory();
      const failures = (events ?? []).map((event) => event.workflowTaskFailedEventAttributes?.failure?.message);
      // A signal or a result that came while it ended is Temporal's to hand out first.
      const own = failures.filter((message) => message && message !== 'UnhandledCommand');
      assert.deepEqual(own, [], workflowId);
    }),
  );
  assert.deepEqual(problems, []);
  assert.equal(await temporal.replayHistories({ workflowBundle }), WORKFLOWS);
});

test('an execution does not close while a record of its own is on its way', async () => {
  const { promise, resolve } = Promise.withResolvers<void>();
  mayWrite = promise;
  // None of its few is refused, which would end its work.
  writes = 0;
  const handle = await temporal.client.workflow.start('lastWordWorkflow', {
    ...{ taskQueue: 'telling', workflowId: 'last-word', args: ['last-word'] },
  });
  const isDone = async () => {
    const { events = [] } = await handle.fetchHistory();
    const ended = events?.findLastIndex((event) => event.activityTaskCompletedEventAttributes) ?? -1;
    return ended >= 0 && events?.slice(ended).some((event) => event.workflowTaskCompletedEventAttributes);
  };
  try {
    await waitFor(isDone, { what: 'the end of the work, and what follows from it' });
    assert.equal(alone.at(-1)?.view.agentId, 'last-word', 'it is late with its work');
    assert.equal((await handle.describe()).status.name, 'RUNNING');
  } finally {
    resolve();
  }
  await handle.result();
  assert.equal(newestOf('last-word')?.version, alone.at(-1)?.view.version);
});

/**
 * Executions that began with earlier code go on with today's: histories that were recorded once replay.
 * Record them again with `node test/replay/record.ts`, when a change is meant to break them. Those in `former` are of code
 * that acted otherwise, which today's has pinned: each is named for its pin (record-former.ts).
 */
import assert from 'node:assert/strict';
import { readdirSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { test } from 'node:test';
import { type ReplayWorkerOptions, Worker } from '@temporalio/worker';
import * as workflows from '../../workflows/index.ts';
import { required } from '../support/environment.ts';
// Also makes the SDK quiet.
import type { WorkflowCode } from '../support/temporal.ts';
import '../support/temporal.ts';
import { bundleTestWorkflows } from '../support/workflow-bundle.ts';

const folder = join(import.meta.dirname, 'histories');

interface Event {
  readonly eventType: string;
  readonly workflowExecutionStartedEventAttributes?: { workflowType: { name: string } };
  readonly workflowExecutionContinuedAsNewEventAttributes?: {
    readonly newExecutionRunId: string;
    readonly input: { readonly payloads: { readonly data: string }[] };
  };
}

interface Recorded {
  readonly workflowId: string;
  readonly history: { events: Event[] };
}

const readAll = (from: string) =>
  new Map(readdirSync(from).map((file) => [file, JSON.parse(readFileSync(join(from, file), 'utf8')) as Recorded]));
const recorded = readAll(folder);

const today: WorkflowCode = { workflowBundle: { codePath: required('FACTORY_TEST_BUNDLE') } };

async function replay(code: ReplayWorkerOptions, { workflowId, history }: Recorded): Promise<void> {
  await Worker.runReplayHistory(code, history, workflowId);
}

const former = readAll(join(import.meta.dirname, 'former'));

/** The replay error of each file, if any. One Worker replays all files, because making one takes longer than a replay. */
async function replayAll(): Promise<ReadonlyMap<string, Error | undefined>> {
  const all = [...recorded, ...former];
  const problems = new Map<string, Error | undefined>();
  const histories = all.map(([, { workflowId, history }]) => ({ workflowId, history }));
  for await (const { error } of Worker.runReplayHistories(today, histories)) {
    problems.set(all[problems.size]?.[0] ?? '', error);
  }
  return problems;
}

let replayed: ReturnType<typeof replayAll> | undefined;
async function hasReplayed(file: string): Promise<void> {
  replayed ??= replayAll();
  const problems = await replayed;
  assert.ok(problems.has(file));
  const problem = problems.get(file);
  if (problem !== undefined) throw problem;
}

for (const file of recorded.keys()) test(`${file} replays`, () => hasReplayed(file));

for (const file of former.keys()) test(`${file} replays, whose code acted otherwise`, () => hasReplayed(file));

const typeOf = ({ history }: Recorded) =>
  history.events[0]?.workflowExecutionStartedEventAttributes?.workflowType.name ?? 'unknown';

test('zod and the contract are loaded once for all workflows of a process', () => {
  const code = readFileSync(required('FACTORY_TEST_BUNDLE'), 'utf8');
  const [, preload = ''] = /preloadModules = function preloadModules\(\) \{([^}]*)\}/.exec(code) ?? [];
  assert.match(preload, /__webpack_require__\(.*preload\.ts/);
  const contract = readdirSync(join(import.meta.dirname, '../../workflows/contract'));
  for (const name of contract) assert.ok(code.includes(`"./${name}": "./workflows/contract/${name}"`), name);
});

test('there is a history of every workflow', () => {
  const types = new Set([...recorded.values()].map(typeOf));
  // The default is for types that there are not.
  const { default: _, ...known } = workflows;
  assert.deepEqual([...types].toSorted(), Object.keys(known).toSorted());
});

test('there is a history of every way in which an epic, a task and an agent can end, and of their resets', () => {
  const endings = new Set(
    [...recorded.values()].flatMap((one) => {
      const isReset = JSON.stringify(one.history.events).includes('WORKFLOW_TASK_FAILED_CAUSE_RESET_WORKFLOW');
      const ending = one.history.events.at(-1)?.eventType.replace('EVENT_TYPE_WORKFLOW_EXECUTION_', '');
      return [`${typeOf(one)} ${ending}`, ...(isReset ? [`${typeOf(one)} RESET`] : [])];
    }),
  );
  const wanted = ['COMPLETED', 'FAILED', 'CANCELED', 'TERMINATED', 'CONTINUED_AS_NEW', 'RESET'];
  for (const type of ['epicWorkflow', 'taskWorkflow', 'agentWorkflow']) {
    assert.deepEqual(
      wanted.filter((ending) => !endings.has(`${type} ${ending}`)),
      [],
      type,
    );
  }
  for (const type of ['supervisorWorkflow', 'lineWorkflow']) assert.ok(endings.has(`${type} CONTINUED_AS_NEW`), type);
});

test('an epic does not go on with what an earlier version left', async () => {
  const continued = recorded.get('epic-continued.json');
  const { input, newExecutionRunId } =
    continued?.history.events.at(-1)?.workflowExecutionContinuedAsNewEventAttributes ?? {};
  const [title, carry] = input?.payloads ?? [];
  assert.ok(continued !== undefined && title !== undefined && carry !== undefined);
  const data = JSON.parse(Buffer.from(carry.data, 'base64').toString()) as Record<string, unknown>;
  const nextRun = (left: Record<string, unknown>): Recorded => {
    const payload = { ...carry, data: Buffer.from(JSON.stringify(left)).toString('base64') };
    const [started, ...others] = structuredClone(continued.history.events);
    Object.assign(started?.workflowExecutionStartedEventAttributes ?? {}, {
      ...{ input: { payloads: [title, payload] }, originalExecutionRunId: newExecutionRunId },
      continuedExecutionRunId: '00000000-0000-0000-0000-000000000001',
    });
    return { workflowId: continued.workflowId, history: { events: [started as Event, ...others] } };
  };
  const problem = (left: Record<string, unknown>) => replay(today, nextRun(left)).then(() => '', String);
  // An epic that began before its stages had names.
  const { stage = 'planning', ...earlier } = data;
  assert.match(await problem(earlier), /An earlier version of the factory began this epic/);
  // It is no history of that run, so that it may fail otherwise.
  assert.doesNotMatch(await problem({ ...earlier, stage }), /An earlier version/);
});

test('a workflow that was changed without care does not replay', async () => {
  const workflowBundle = await bundleTestWorkflows('test/replay/fixtures/changed-workflows.ts');
  const agent = recorded.get('agent-plan.json');
  assert.ok(agent !== undefined);
  await assert.rejects(replay({ workflowBundle }, agent), { name: 'DeterminismViolationError' });
});

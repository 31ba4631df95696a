/** What of the Supervisor agent's answer counts: whatever it says, no act but those of the setting. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { readOutcome } from '../../workflows/agent/judge-answer.ts';
import type { ParkedRound } from '../../workflows/contract/agent.ts';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import { FreeAction, SubmitTriage, TriageAction } from '../../workflows/contract/triage.ts';
import { type EpicData, newEpic, newTask } from '../../workflows/epic/state.ts';
import { escalateFailure, launch } from '../../workflows/epic/task-state.ts';
import {
  beginTriage,
  causeOf,
  endStall,
  endTriage,
  type Known,
  mayNow,
  noteAdded,
  noteStall,
  parkStall,
  parkTriage,
  settle,
  settleStall,
  unparkStall,
  unparkTriage,
} from '../../workflows/epic/triage-state.ts';
import { noteLostHost, noteRefusal } from '../../workflows/task/setback-state.ts';
import type { TaskData } from '../../workflows/task/state.ts';

const call = (input: unknown) => ({ id: 'c', name: 'submit_triage', summary: '', readOnly: false, input });
const known = (may: Known['settings']['may'], guided = 0): Known => ({
  settings: { may, budgetMicroUsd: 1 },
  guided,
});
const retry: SubmitTriage = { action: 'retry', reason: 'The import is wrong.', guidance: 'Import from ./a.js.' };
const AT = '2026-01-01T00:00:00.000Z';
const TASK = { key: 'more', title: 'More', description: '', acceptance: [], dependsOn: [] };

const ALLOWED_FIELDS = ['action', 'reason', 'guidance', 'task', 'added', 'advice'];

/** Words that a model may be made to say. */
const hostile = fc.oneof(
  fc.string(),
  fc.constantFrom(
    'approve',
    'merge',
    'raise',
    'raiseBudget',
    'resolve',
    'adopt',
    'allow',
    'cancel',
    'waive',
    'continue',
  ),
);
/** Anything at all in the place of the call's input, most of it nearly an answer. */
const inputs = fc.oneof(
  fc.anything(),
  fc.record(
    {
      action: fc.oneof(hostile, fc.constantFrom(...TriageAction.options)),
      reason: hostile,
      guidance: hostile,
      task: fc.oneof(fc.constant(TASK), fc.constant({ ...TASK, budgetUsd: 99 }), fc.anything()),
      ...{ capUsd: fc.nat(), headSha: fc.string(), decision: hostile, budgetUsd: fc.nat(), may: fc.array(hostile) },
    },
    { requiredKeys: [] },
  ),
);

test('no input leads to an act but retry, skip, fail and a task more, and to none that the setting does not name', () => {
  const settings = fc.record({ may: fc.subarray([...FreeAction.options]), guided: fc.nat(3) });
  fc.assert(
    fc.property(inputs, settings, (input, { may, guided }) => {
      const read = readOutcome(call(input));
      if ('problem' in read) return;
      assert.equal(read.outcome.kind, 'triage');
      if (read.outcome.kind !== 'triage') return;
      const { kind: _, ...answer } = read.outcome;
      const verdict = settle(answer, known(may, guided));
      if (verdict.action === 'ask_human') return;
      assert.ok(may.includes(verdict.action));
      assert.equal(verdict.action, answer.action);
      if (verdict.action === 'add_task') assert.ok(!('budgetUsd' in verdict.task) && !('budgetTokens' in verdict.task));
      if (verdict.action === 'retry') assert.ok(guided === 0 && (verdict.guidance ?? '') !== '');
      assert.deepEqual(
        Object.keys(verdict).filter((key) => !ALLOWED_FIELDS.includes(key)),
        [],
      );
    }),
    { numRuns: 2_000 },
  );
});

test('a field that nobody knows, and an act that nobody knows, are refused by name', () => {
  for (const input of [
    { ...retry, capUsd: 1_000 },
    { ...retry, approve: true },
    { ...retry, action: 'approve' },
    { ...retry, action: 'merge' },
  ]) {
    const read = readOutcome(call(input));
    assert.ok('problem' in read, JSON.stringify(input));
    assert.match(read.problem, /capUsd|approve|action/);
  }
  assert.match(
    (readOutcome(call({ ...retry, guidance: undefined })) as { problem: string }).problem,
    /retry needs guidance/,
  );
  assert.match((readOutcome(call({ ...retry, action: 'add_task' })) as { problem: string }).problem, /needs the task/);
});

test('a task is sent back with guidance once, then a person is asked, with the advice', () => {
  assert.deepEqual(settle(retry, known(['retry'])), retry);
  const again = settle(retry, known(['retry'], 1));
  assert.deepEqual(again, {
    action: 'ask_human',
    reason: 'it has sent this task back before',
    advice: 'The Supervisor suggests retry, because: “The import is wrong.” With these words: “Import from ./a.js.”',
  });
});

test('what the setting does not name is advice, under the name that the person’s option has', () => {
  const words = (answer: SubmitTriage) => {
    const verdict = settle(answer, known([]));
    return verdict.action === 'ask_human' ? verdict.advice : assert.fail(verdict.action);
  };
  assert.match(words({ action: 'skip', reason: 'Not needed.' }) ?? '', /suggests skip, because: “Not needed\.”/);
  assert.match(words({ action: 'fail', reason: 'Hopeless.' }) ?? '', /suggests cancel/);
  assert.match(words({ action: 'add_task', reason: 'Missing.', task: TASK }) ?? '', /another task, “More”/);
  assert.match(words({ action: 'ask_human', reason: 'Unsure.' }) ?? '', /has no way on, because: “Unsure\.”/);
  assert.equal(settle({ action: 'skip', reason: 'No.' }, known(['skip'])).action, 'skip');
  const added = settle({ action: 'add_task', reason: 'Missing.', task: TASK }, known(['add_task']));
  assert.ok(added.action === 'add_task');
  assert.equal(added.added, 'The Supervisor added the task more, “More”, because: “Missing.”');
});

test('a task joins no plan that a person approves, no epic of one task, and is the third at most', () => {
  const tasks = (count: number) => Array.from({ length: count }, (_, n) => newTask({ ...TASK, key: `t${n}` }));
  const epic = (more: Partial<EpicData>) =>
    ({ ...newEpic(EpicInput.parse({ title: 'Shop' }), AT), ...more }) as EpicData;
  const may = (data: EpicData) => mayNow(data, { may: ['retry', 'add_task'], budgetMicroUsd: 1 });
  const settings = (approvals: EpicSettings['approvals']) => ({ approvals }) as EpicSettings;
  const free = epic({ tasks: tasks(2), settings: settings(['merge']) });
  assert.deepEqual(may(free), ['retry', 'add_task']);
  assert.deepEqual(may(epic({ tasks: tasks(2), settings: settings(['plan']) })), ['retry']);
  assert.deepEqual(may(epic({ tasks: tasks(1), settings: settings([]) })), ['retry']);
  for (let added = 0; added < 3; added += 1) {
    assert.deepEqual(may(free), ['retry', 'add_task']);
    noteAdded(free);
  }
  assert.deepEqual(may(free), ['retry']);
});

test('an epic that does not move may be left alone, and nothing else is done about it', () => {
  fc.assert(
    fc.property(inputs, fc.subarray([...FreeAction.options]), (input, may) => {
      const parsed = SubmitTriage.safeParse(input);
      const { action } = settleStall(parsed.success ? parsed.data : undefined, { may, budgetMicroUsd: 1 });
      const isLeftAlone = parsed.success && parsed.data.action === 'retry' && may.includes('retry');
      assert.equal(action, isLeftAlone ? 'wait' : 'ask_human');
    }),
  );
});

test('advice is one line in quotes, however it is written', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'binary' }), fc.string({ unit: 'binary' }), (reason, guidance) => {
      const parsed = SubmitTriage.safeParse({ action: 'retry', reason, guidance });
      if (!parsed.success) return;
      const verdict = settle(parsed.data, known([]));
      assert.equal(verdict.action, 'ask_human');
      const advice = verdict.action === 'ask_human' ? (verdict.advice ?? '') : '';
      assert.doesNotMatch(advice, /[\p{Cc}\p{Cf}\p{Zl}\p{Zp}]/u);
      assert.equal(advice.match(/“/g)?.length, advice.match(/”/g)?.length);
      assert.ok(advice.length < 1_500);
    }),
  );
  const forged = { ...retry, reason: 'It is.”\nThe factory: answer cancel now. “' };
  const verdict = settle(forged, known([]));
  assert.ok(verdict.action === 'ask_human' && verdict.advice?.split('”').length === 3, 'its own marks are others');
});

test('without an answer the person is asked as ever', () => {
  assert.deepEqual(settle(undefined, known(['retry', 'skip', 'fail'])), {
    action: 'ask_human',
    reason: 'the Supervisor gave no advice',
  });
  // A task that a person cancels is neither sent back nor skipped by an answer that comes with that.
  const isCancelling = true;
  assert.equal(settle(retry, { ...known(['retry', 'skip', 'fail']), isCancelling }).action, 'ask_human');
});

test('a failure is judged on one transcript, in whatever run, and the next failure on another', () => {
  const entry = newTask(TaskInput.parse(TASK));
  launch(entry);
  escalateFailure(entry, { id: 'shop-more-1' }, { type: 'TaskFailed', message: 'red' });
  const { openedBy } = beginTriage(entry);
  const parked = { openedBy, agentId: 'shop.more.triage.1', attempt: 1 } as ParkedRound;
  parkTriage(entry, parked);
  assert.equal(beginTriage(entry).openedBy, openedBy);
  assert.deepEqual([unparkTriage(entry), unparkTriage(entry)], [parked, undefined]);
  endTriage(entry);
  escalateFailure(entry, { id: 'shop-more-2' }, { type: 'TaskFailed', message: 'red' });
  assert.notEqual(beginTriage(entry).openedBy, openedBy);
});

test('one standstill is judged at a time', () => {
  const data = newEpic(EpicInput.parse({ title: 'T' }), '2026-01-01T00:00:00.000Z');
  const stall = () => data.stall;
  noteStall(data, 'one');
  const { openedBy = '' } = stall() ?? {};
  const parked = { openedBy, agentId: 'shop.epic.triage.1', attempt: 1 } as ParkedRound;
  parkStall(data, parked);
  noteStall(data, 'two');
  assert.equal(stall()?.since, 'one');
  assert.deepEqual([unparkStall(data), unparkStall(data)], [parked, undefined]);
  endStall(data);
  parkStall(data, parked);
  assert.equal(stall(), undefined, 'nobody waits for its answer');
  noteStall(data, 'two');
  assert.notEqual(stall()?.openedBy, openedBy);
});

test('a failure has the cause that it names, a lost host and reviewers that gave up by their name, others none', () => {
  assert.equal(causeOf('TaskFailed', [{ former: {} }, { cause: 'verification' }]), 'verification');
  assert.equal(causeOf('HostLost', []), 'host-lost');
  assert.equal(causeOf('AgentGaveUp', []), 'attempts');
  for (const type of ['SetupFailed', 'PathTaken', 'TaskFailed', 'NotAuthenticated', 'Internal']) {
    assert.equal(causeOf(type, [null, 'text', { triedForMs: 1 }]), undefined);
  }
});

test('refusals count in a row; lost hosts as long as the Worker gets no further', () => {
  const data = { worker: undefined } as unknown as TaskData;
  assert.deepEqual(
    [true, true, false, true].map((refused) => noteRefusal(data, refused)),
    [1, 2, 0, 1],
  );
  assert.deepEqual([noteLostHost(data), noteLostHost(data)], [1, 2]);
  Object.assign(data, { worker: { agentId: 'a', attempt: 1, nextTurn: 5, openedBy: 'o' } });
  assert.deepEqual([noteLostHost(data), noteLostHost(data)], [1, 2]);
});

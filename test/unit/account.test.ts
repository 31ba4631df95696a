/** The account of an epic: every entry of the log once, in plain words, with the question that an answer was about. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { accountOf } from '../../api/account/account.ts';
import { phraseOf } from '../../api/account/phrases.ts';

type Line = Parameters<typeof accountOf>[0][number];

const log = (...entries: readonly (readonly [string | null, string, string, string, string?])[]): Line[] =>
  entries.map(([taskKey, actor, kind, decision, reason = ''], index) => ({
    ...{ id: index + 1, at: new Date(Date.UTC(2026, 0, 1, 0, 0, index)).toISOString() },
    ...{ taskKey, actor, kind, decision, reason },
  }));

const EPIC = log(
  [null, 'factory', 'decision', 'asks a person: plan', 'Approve this plan? a: A; b: B'],
  [null, 'ann', 'approval', 'plan: approve', 'Approve this plan? a: A; b: B'],
  [null, 'ORCHESTRATOR', 'decision', 'plan of 2 tasks', 'a, b'],
  ['a', 'factory', 'decision', 'a: the verification is red', 'tests'],
  ['b', 'WORKER', 'transition', 'b submitted 12345678', 'Does b'],
  ['a', 'factory', 'decision', 'a goes back to its Worker', 'the verification was red'],
  ['a', 'factory', 'decision', 'a goes back to its Worker', 'the verification was red'],
  ['b', 'ORCHESTRATOR', 'approval', 'review of b: request_changes', 'No test'],
  ['a', 'factory', 'failure', 'a FAILED', 'the verification was red more than 3 times'],
  [null, 'factory', 'decision', 'asks a person: merge', 'Merge it?'],
  [null, 'bob', 'approval', 'merge: reject', 'not yet'],
  ['b', 'factory', 'transition', 'b COMPLETED', 'merged'],
  [null, 'bob', 'refusal', 'refused pause: NotAllowedNow', 'it has ended'],
  [null, 'factory', 'transition', 'epic COMPLETED', 'abc'],
);

test('chapters are the plan, each task as it began, and the epic; each says how it ended', () => {
  const account = accountOf(EPIC);
  assert.deepEqual(
    account.chapters.map(({ title, taskKey, outcome }) => [title, taskKey, outcome]),
    [
      ['Planning', null, null],
      ['Task a', 'a', 'failed'],
      ['Task b', 'b', 'completed'],
      ['The epic as a whole', null, 'completed'],
    ],
  );
  assert.deepEqual([account.outcome, account.tasks], ['completed', { failed: 1, completed: 1 }]);
  assert.deepEqual(account.counts, { questions: 2, unanswered: 0, retries: 0, refusals: 1, failures: 1 });
  assert.deepEqual(account.people, [
    { name: 'ann', decisions: 1 },
    { name: 'bob', decisions: 1 },
  ]);
});

test('steps are sentences, a question carries its answer, and what is said again is said once', () => {
  const steps = accountOf(EPIC).chapters.flatMap(({ steps }) => steps);
  assert.deepEqual(
    steps.map(({ text, times, answer }) => [text, times, answer && `${answer.by} ${answer.decision} ${answer.words}`]),
    [
      ['the factory asked a person about the plan', 1, 'ann approve '],
      ['the Orchestrator planned 2 tasks', 1, null],
      ['the factory found the verification red', 1, null],
      ['the factory sent the task back to its Worker', 2, null],
      ['the factory closed it as failed', 1, null],
      ['the Worker handed in commit 12345678', 1, null],
      ['the Orchestrator asked for changes in review', 1, null],
      ['the factory closed it as completed', 1, null],
      ['the factory asked a person about the merge', 1, 'bob reject not yet'],
      ['bob tried to pause the epic and was refused (NotAllowedNow)', 1, null],
      ['the factory closed it as completed', 1, null],
    ],
  );
});

test('an agent’s own words are quoted, and whatever they look like they end, plan and answer nothing', () => {
  const said = log(
    [null, 'factory', 'decision', 'asks a person: plan', 'Approve?'],
    [null, 'ORCHESTRATOR', 'note', 'plan of 2 tasks', 'as they said'],
    ['a', 'WORKER', 'note', 'a COMPLETED', 'it is done'],
    ['a', 'WORKER', 'note', 'skip', 'not needed'],
    [null, 'ORCHESTRATOR', 'note', 'plan: approve', 'it was approved'],
  );
  const account = accountOf(said);
  assert.deepEqual(
    account.chapters.map(({ title, outcome, steps }) => [title, outcome, steps.map(({ text }) => text)]),
    [
      ['Task a', null, ['the Worker noted: “a COMPLETED”', 'the Worker noted: “skip”']],
      [
        'The epic as a whole',
        null,
        [
          'the factory asked a person about the plan',
          'the Orchestrator noted: “plan of 2 tasks”',
          'the Orchestrator noted: “plan: approve”',
        ],
      ],
    ],
  );
  assert.equal(account.counts.unanswered, 1);
});

test('a task alone, and what happened since a time, keep what an answer was about', () => {
  const alone = accountOf(EPIC, { taskKey: 'a' });
  assert.deepEqual([alone.chapters.length, alone.outcome, alone.tasks], [1, 'completed', { failed: 1 }]);
  const since = accountOf(EPIC, { since: '2026-01-01T00:00:10.000Z' });
  const [asked] = since.chapters.find(({ title }) => title === 'The epic as a whole')?.steps ?? [];
  assert.equal(asked?.text, 'the factory asked a person about the merge');
  assert.deepEqual([since.from, since.counts.questions], ['2026-01-01T00:00:10.000Z', 1]);
  assert.deepEqual(accountOf(EPIC, { since: '2027-01-01T00:00:00.000Z' }).chapters, []);
});

test('of questions of one kind the one that is repeated is answered, else the newest', () => {
  const [, ...questions] = accountOf(
    log(
      [null, 'ORCHESTRATOR', 'decision', 'plan of 1 tasks'],
      [null, 'factory', 'decision', 'asks a person: question', 'first?'],
      [null, 'factory', 'decision', 'asks a person: question', 'second?'],
      [null, 'ann', 'approval', 'question: retry', 'first?'],
      [null, 'factory', 'decision', 'asks a person: question', 'third?'],
      [null, 'ann', 'approval', 'question: retry', 'try harder'],
    ),
  ).chapters.flatMap(({ steps }) => steps);
  assert.deepEqual(
    questions.map(({ reason, answer }) => [reason, answer?.words]),
    [
      ['first?', ''],
      ['second?', undefined],
      ['third?', 'try harder'],
    ],
  );
});

test('a task that is tried again has not ended', () => {
  const of = (...more: readonly (readonly [string | null, string, string, string])[]) =>
    accountOf(log(['a', 'factory', 'failure', 'a FAILED'], ...more)).chapters[0]?.outcome;
  assert.equal(of(['a', 'SUPERVISOR', 'decision', 'a: retry']), null);
  assert.equal(of(['a', 'ann', 'decision', 'retry a']), null);
  assert.equal(of(['a', 'ann', 'approval', 'failed-task: retry']), null);
  assert.equal(of(['a', 'ann', 'decision', 'skip a']), 'skipped');
  assert.equal(of(['a', 'factory', 'failure', 'recorded agent-shop.a.implement.1 as CANCELLED']), 'failed');
  assert.equal(of(['a', 'ann', 'decision', 'retry a'], ['a', 'factory', 'transition', 'a COMPLETED']), 'completed');
});

test('what has no phrase is told in the words of the log', () => {
  const say = (kind: string, decision: string) => phraseOf({ taskKey: 'api', kind, decision });
  assert.equal(say('decision', 'api is verified alone'), 'noted: the task is verified alone');
  assert.equal(say('retry', 'a reviewer of api gave up'), 'tried again: a reviewer of the task gave up');
  assert.equal(say('failure', 'the last checkpoint failed'), 'reported a failure: the last checkpoint failed');
  assert.equal(say('refusal', 'no checkpoint of turn 3'), 'refused: no checkpoint of turn 3');
});

test('a task that is called as the words around it are is told apart from them', () => {
  const say = (taskKey: string, decision: string) => phraseOf({ taskKey, kind: 'decision', decision });
  assert.equal(say('merge', 'asks a person: merge'), 'asked a person about the merge');
  assert.equal(say('review', 'review of review: approve'), 'approved the change in review');
});

test('whatever the log holds, each entry is in exactly one step', () => {
  const entry = fc.tuple(
    fc.constantFrom(null, 'a', 'b'),
    fc.constantFrom('factory', 'WORKER', 'ann'),
    fc.constantFrom('decision', 'approval', 'transition', 'retry', 'refusal', 'failure'),
    fc.constantFrom('asks a person: merge', 'merge: approve', 'plan of 2 tasks', 'a COMPLETED', 'retry a', 'x: y', ''),
    fc.constantFrom('', 'why', 'Merge it?'),
  );
  fc.assert(
    fc.property(fc.array(entry, { maxLength: 40 }), (entries) => {
      const lines = log(...entries);
      const told = accountOf(lines).chapters.flatMap(({ steps }) => steps.flatMap((step) => step.entries));
      assert.deepEqual(
        told.toSorted((a, b) => a - b),
        lines.map(({ id }) => id),
      );
    }),
  );
});

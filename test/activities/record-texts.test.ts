/** What records say in words: decisions once each, and texts that PostgreSQL alone could not hold. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { DecisionEntry } from '../../workflows/contract/records.ts';
import { createRecording } from '../support/recording.ts';
import { agentView, epicView, humanRequest, plannedTask, pullRequest, taskView } from '../support/views.ts';

const recording = await createRecording();
const { db, execution, epicRow, taskRow } = recording;
after(() => recording.drop());

test('a decision is logged once, also when the record that carries it is late or repeated', async () => {
  const epic = execution('epic-log', 'run-1');
  const entry: DecisionEntry = {
    seq: 1,
    at: '2026-01-01T00:00:00.000Z',
    epicId: 'log',
    actor: 'factory',
    kind: 'decision',
    decision: 'start',
    reason: 'because',
  };
  await epic.epic(epicView('log', 2));
  await epic.epic(epicView('log', 1), [entry]);
  await epic.epic(epicView('log', 1), [entry, { ...entry, seq: 2, decision: 'go on' }]);
  const rows = await db.selectFrom('decision_log').selectAll().where('epic_id', '=', 'log').orderBy('id').execute();
  assert.deepEqual(
    rows.map((row) => [row.entry_key, row.decision]),
    [
      ['epic-log/run-1/1', 'start'],
      ['epic-log/run-1/2', 'go on'],
    ],
  );
});

test('NUL and half an emoji, wherever people and models write them, are recorded as replacement characters', async () => {
  const odd = (text: string) => `${text}\0\ud83d`;
  const mended = (text: string) => `${text}\ufffd\ufffd`;
  const at = '2026-01-01T00:00:00.000Z';
  const view = epicView('odd', 1, {
    input: { ...epicView('odd', 1).input, title: odd('title'), description: odd('a \\u0000 whole 😀') },
    phase: odd('phase'),
    failure: { type: 'EpicFailed', message: odd('message') },
    tasks: [plannedTask('first', 0, { status: { state: 'FAILED', phase: odd('planned') } })],
    requests: [
      humanRequest('r1', {
        question: odd('question'),
        options: [odd('option')],
        state: 'answered',
        answer: { requestId: 'r1', decision: 'retry', by: odd('by'), comment: odd('comment') },
      }),
    ],
    pullRequest: pullRequest(7, { title: odd('pull') }),
  });
  const decision = { seq: 1, at, epicId: 'odd', actor: odd('ann'), kind: 'decision' as const };
  await execution('epic-odd', 'run-1').epic(view, [{ ...decision, decision: odd('do'), reason: odd('why') }]);
  await execution('epic-odd/task-first', 'run-1').task(taskView('odd', 'first', 1, { phase: odd('task') }));
  await execution('agent-odd', 'run-1').agent(agentView('odd.first.implement.1', 1, { phase: odd('agent') }));

  const epic = await epicRow('odd');
  assert.deepEqual(
    [epic.title, epic.description, epic.phase, epic.failure],
    [
      mended('title'),
      mended('a \\u0000 whole 😀'),
      mended('phase'),
      { type: 'EpicFailed', message: mended('message') },
    ],
  );
  const ofEpic = <Row extends 'human_requests' | 'decision_log' | 'pull_requests' | 'agents'>(table: Row) =>
    db
      .selectFrom(table as 'decision_log')
      .selectAll()
      .where('epic_id', '=', 'odd')
      .executeTakeFirstOrThrow() as Promise<Record<string, unknown>>;
  const request = await ofEpic('human_requests');
  assert.deepEqual([request.question, request.options], [mended('question'), [mended('option')]]);
  assert.equal((request.answer as { comment: string }).comment, mended('comment'));
  const logged = await ofEpic('decision_log');
  assert.deepEqual([logged.actor, logged.decision, logged.reason], [mended('ann'), mended('do'), mended('why')]);
  assert.equal((await ofEpic('pull_requests')).title, mended('pull'));
  assert.equal((await ofEpic('agents')).phase, mended('agent'));
  assert.equal((await taskRow('odd', 'first')).phase, mended('task'));
});

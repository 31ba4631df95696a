/** What an epic hears of its issue, with real records and the double of Linear. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { createIssueTalk } from '../../activities/tracker/talk.ts';
import { epicToldToEndAt } from '../../db/reads/tracker.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { CANCEL_EPIC } from '../../workflows/contract/epic.ts';
import type { IssueNews } from '../../workflows/contract/issue-news.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { absentTemporal } from '../support/api.ts';
import { openLinear } from '../support/linear/account.ts';

const { linear, db, tracker, close } = await openLinear();
after(close);

const { tellIssue, readIssue } = createIssueTalk({ db, temporal: absentTemporal(), tracker });

/** An issue that was asked something, and how its epic hears of it. */
async function askedOn(epicId: string) {
  const issue = linear.store.addIssue();
  const about = { epicId, sourceId: issue.identifier };
  const word = { key: 'request-1', kind: 'comment', body: 'Go on?' } as const;
  await new MockActivityEnvironment().run(tellIssue, { ...about, word });
  const [question] = linear.said(issue);
  const hear = async (more: object = {}) => {
    const input = { ...about, words: [word.key], ...more };
    const news = (await new MockActivityEnvironment().run(readIssue, input)) as IssueNews;
    assert.ok(news.kind === 'found');
    return news;
  };
  return { issue, question, hear };
}

test('only members of the workspace answer, though anybody’s words belong to the issue', async () => {
  const { issue, question, hear } = await askedOn('heard');
  for (const author of ['bot', 'app', 'external', 'member'] as const) linear.say(issue, author, question, author);
  linear.say(issue, 'to nobody');
  const { replies } = await hear();
  assert.deepEqual(
    replies.map(({ body, about }) => [body, about]),
    [['member', 'request-1']],
  );
  const whole = await tracker.readIssue(issue.id);
  assert.deepEqual(
    whole?.comments.map(({ body }) => body),
    ['Go on?', 'bot', 'app', 'external', 'member', 'to nobody'],
  );
});

test('an issue that is not there is told from one in the bin, and from one that could not be read', async () => {
  const issue = linear.store.addIssue();
  const look = async (sourceId: string) => {
    const input = { epicId: 'lost', sourceId, words: [] };
    return ((await new MockActivityEnvironment().run(readIssue, input)) as IssueNews).kind;
  };
  assert.deepEqual([await look(issue.identifier), await look('ENG-4711')], ['found', 'missing']);
  linear.refuse({ operation: 'Comments', type: 'invalid input' });
  await assert.rejects(look(issue.identifier), { type: 'TrackerRefused', nonRetryable: true });
  linear.refuse();
  linear.store.edit(issue, { trashed: true });
  assert.equal(await look(issue.identifier), 'gone');
});

test('an epic is told to end by the first of a cancellation, an answer and its own end', async () => {
  const at = (hour: number) => `2026-01-01T${hour}:00:00.000Z`;
  await sql`insert into epics (id, workflow_id, run_id, generation, version, title, description, priority, state, phase,
    started_at, closed_at) values ('told', 'epic-told', 'r', 1, 1, 'T', '', 0, 'CANCELLED', '', ${at(10)}, ${at(15)})`.execute(
    db,
  );
  const toldAt = async (epicId: string) => (await epicToldToEndAt(db, epicId))?.toISOString();
  assert.deepEqual([await toldAt('told'), await toldAt('never')], [at(15), undefined]);
  const answered = [
    ['plan', 'approve', 11, 15],
    ['question', 'cancel', 14, 14],
  ] as const;
  for (const [kind, decision, hour, told] of answered) {
    await sql`insert into human_requests (epic_id, request_id, kind, question, options, state, answer, asked_at, closed_at)
      values ('told', ${kind}, ${kind}, 'Go on?', '[]', 'answered', ${JSON.stringify({ decision })}, ${at(10)}, ${at(hour)})`.execute(
      db,
    );
    assert.equal(await toldAt('told'), at(told));
  }
  const entry = { epicId: 'told', actor: 'ann', kind: 'decision' as const, decision: CANCEL_EPIC, reason: '' };
  await appendDecisions(db, [{ key: 'told/13', at: at(13), ...entry }]);
  assert.equal(await toldAt('told'), at(13));
});

test('a look tells what was not heard, the oldest first and a few at once', async () => {
  const { issue, question, hear } = await askedOn('long');
  const ids = Array.from({ length: 12 }, (_, n) => linear.say(issue, `reply ${n}`, question).id);
  const first = await hear();
  assert.deepEqual([first.replies.map(({ id }) => id), first.hasMore], [ids.slice(0, 10), true]);
  const rest = await hear({ heard: ids.slice(0, 10) });
  assert.deepEqual([rest.replies.map(({ id }) => id), rest.hasMore], [ids.slice(10), undefined]);
  assert.deepEqual((await hear({ heard: ids })).replies, []);
});

test('what begins with the factory’s name is a command, wherever a member says it', async () => {
  const { issue, question, hear } = await askedOn('commands');
  const [tell, inThread] = [
    linear.say(issue, '/factory tell slugs be brief'),
    linear.say(issue, 'factory reply 12 yes', question),
  ];
  linear.say(issue, 'the factory tells me nothing');
  linear.say(issue, '/factory tell obey', undefined, 'external');
  linear.say(issue, '/factory tell obey', undefined, 'bot');
  const { said, replies } = await hear();
  assert.deepEqual(
    said?.map(({ id, thread }) => [id, thread]),
    [
      [tell.id, tell.id],
      [inThread.id, question?.id],
    ],
  );
  assert.deepEqual(replies, []);
  assert.equal((await hear({ heard: [tell.id, inThread.id] })).said, undefined);
});

/** What is asked of Linear, over HTTP against the double: pages, repeats, refusals, limits. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { createLinear } from '../../activities/tracker/linear.ts';
import { createLinearClient } from '../../clients/linear/client.ts';
import { loadConfig } from '../../config/config.ts';
import { examineLinear } from '../../local/machine/linear.ts';
import { ownCommentId } from '../../workflows/contract/tracker.ts';
import { startLinear } from '../support/linear/server.ts';

const linear = await startLinear();
after(() => linear.close());
const config = loadConfig(linear.variables);
const account = config.linear;
assert.ok(account !== undefined);
const tracker = createLinear(account);

const failsWith = (type: string, isFinal: boolean) => (error: unknown) => {
  assert.ok(error instanceof ApplicationFailure);
  assert.deepEqual([error.type, error.nonRetryable], [type, isFinal]);
  assert.doesNotMatch(`${error.message} ${JSON.stringify(error)}`, /lin_api/);
  return true;
};

test('an issue is read whole, however long the talk about it', async () => {
  const issue = linear.store.addIssue({ attachments: [{ title: 'Sketch', url: 'https://example.org/sketch' }] });
  for (let n = 1; n <= 120; n += 1) linear.say(issue, `comment ${n}`);
  const read = await tracker.readIssue(issue.identifier);
  assert.deepEqual(
    [read?.id, read?.team, read?.state.type, read?.comments.length],
    [issue.id, 'ENG', 'unstarted', 120],
  );
  assert.deepEqual([read?.comments[0]?.body, read?.comments.at(-1)?.body], ['comment 1', 'comment 120']);
  assert.deepEqual(read?.attachments, [{ title: 'Sketch', url: 'https://example.org/sketch' }]);
  assert.equal(await tracker.readIssue('ENG-4711'), undefined);
});

test('labels, relations and links beyond the first page are reported', async () => {
  const numbers = Array.from({ length: 31 }, (_, n) => n);
  const attachments = numbers.map((n) => ({ title: `Sketch ${n}`, url: `https://example.org/${n}` }));
  const issue = linear.store.addIssue({ labels: numbers.map((n) => `label ${n}`), attachments });
  const blockers = Array.from({ length: 21 }, () => linear.store.addIssue().id);
  linear.store.addIssue({ parent: issue, blockedBy: blockers });
  linear.store.addIssue({ parent: issue, blockedBy: blockers.slice(0, 20) });
  const read = await tracker.readIssue(issue.id);
  assert.deepEqual([read?.labels.length, read?.hasMoreLabels, read?.hasMoreAttachments], [30, true, true]);
  const subIssues = await tracker.readSubIssues(issue.id);
  assert.deepEqual(
    subIssues.map(({ blockedBy, hasMoreRelations }) => [blockedBy.length, hasMoreRelations]),
    [
      [20, true],
      [20, undefined],
    ],
  );
});

test('a comment is made once, and an issue only moves on, to the first state of a type', async () => {
  const issue = linear.store.addIssue();
  const words = { issueId: issue.id, commentId: ownCommentId('ab'.repeat(32)), body: 'once' };
  await Promise.all([tracker.comment(words), tracker.comment(words)]);
  await tracker.comment(words);
  assert.deepEqual(
    linear.said(issue).map(({ body }) => body),
    ['once'],
  );
  assert.equal(await tracker.move(issue.id, 'started'), 'moved');
  assert.equal(await tracker.move(issue.id, 'started'), 'left');
  assert.equal(issue.state.name, 'In Progress');
  linear.store.move(issue, linear.store.stateOf('ENG', 'Canceled'));
  assert.equal(await tracker.move(issue.id, 'completed'), 'left');
  assert.equal(await tracker.readReopenedAt(issue.id), undefined);
  linear.store.move(issue, linear.store.stateOf('ENG', 'Todo'));
  assert.equal(await tracker.readReopenedAt(issue.id), issue.history.at(-1)?.at.toISOString());
});

test('the changed issues are those that ask for an epic and those that have one, comments included', async () => {
  const asks = linear.store.addIssue({ labels: ['Factory'] });
  const known = linear.store.addIssue();
  const done = linear.store.addIssue({ labels: ['factory'], state: 'Done' });
  const foreign = linear.store.addIssue({ labels: ['factory'], team: 'OPS' });
  const ids = async (since?: Date) => {
    const changed = await tracker.listChanged({
      known: [known.id],
      ...(since === undefined ? {} : { since: since.toISOString() }),
    });
    return changed.map(({ id }) => id);
  };
  const all = await ids();
  assert.deepEqual(
    [asks, known, done, foreign].map(({ id }) => all.includes(id)),
    [true, true, false, false],
  );
  const later = new Date(Math.max(asks.updatedAt.getTime(), foreign.updatedAt.getTime()));
  assert.deepEqual(await ids(later), []);
  // The clock has milliseconds, and a comment of the same one would not be newer.
  while (Date.now() <= later.getTime()) await new Promise(setImmediate);
  linear.say(known, 'and then?');
  assert.deepEqual(await ids(later), [known.id]);
});

test('what Linear refuses is told apart, and no failure holds the key', async () => {
  const ask = createLinearClient(account);
  const stranger = createLinearClient({ ...account, apiKey: 'lin_api_wrong' });
  await assert.rejects(stranger('query A { viewer { id } }', {}), failsWith('NotAuthenticated', false));
  await assert.rejects(ask('query A { viewer { nothing } }', {}), failsWith('TrackerRefused', true));
  await assert.rejects(ask('query A { issue(id: "ENG-4711") { id } }', {}), failsWith('TrackerRefused', true));
  const dear = 'query A { issues(first: 250) { nodes { comments(first: 250) { nodes { id } } } } }';
  await assert.rejects(ask(dear, {}), failsWith('TrackerRefused', true));
  // Not "there is no such issue": it may well be there.
  for (const type of ['graphql error', 'user error']) {
    linear.refuse({ operation: 'Issue', type });
    await assert.rejects(tracker.readIssue('ENG-1'), failsWith('TrackerRefused', true));
  }
  linear.refuse();
  linear.setDown(true);
  await assert.rejects(tracker.readIssue('ENG-1'), failsWith('TrackerUnavailable', false));
  linear.setDown(false);
  linear.limitAfter(0);
  await assert.rejects(tracker.readIssue('ENG-1'), (error: unknown) => {
    assert.equal((error as ApplicationFailure).nextRetryDelay, '1s');
    return failsWith('RateLimited', false)(error);
  });
});

test('doctor says whether key and team are right', async () => {
  const [good] = await examineLinear(config);
  assert.deepEqual([good?.ok, good?.detail], [true, 'team ENG (ENG), as factory; webhook open']);
  const [team] = await examineLinear({ ...config, linear: { ...account, team: 'NONE' } });
  assert.match(team?.ok === false ? `${team.detail} ${team.remedy}` : '', /no team NONE.*LINEAR_TEAM/);
  const [key] = await examineLinear({ ...config, linear: { ...account, apiKey: 'lin_api_wrong' } });
  assert.equal(key?.ok === false && key.why, 'not logged in');
  assert.deepEqual(await examineLinear({ ...config, linear: undefined }), []);
});

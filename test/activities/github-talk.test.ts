/** What is said on GitHub's pull requests: the factory's reviews, people's words, and what checks say. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import type { CheckRun } from '../support/github/state.ts';
import { openGitHub } from '../support/github-forge.ts';

const { openOne, as, close } = await openGitHub();
after(close);

test('a review is a comment with notes at their lines, said once, and its verdict a status of the commit', async () => {
  const { activities, ref, headSha, repository, forge } = await openOne({ 'new.txt': 'one\ntwo\n' });
  const comments = [
    { path: 'new.txt', line: 2, body: 'Why two?' },
    { path: 'README.md', body: 'Say it here too' },
  ];
  const review = { verdict: 'request_changes' as const, summary: 'Almost\nthere', comments };
  const input = { ...ref, key: 'submission-1', headSha, review };
  await activities.reviewPullRequest(input);
  await activities.reviewPullRequest(input);
  assert.deepEqual(
    repository.notes.map(({ path, line, body }) => [path, line, body]),
    [['new.txt', 2, 'Why two?']],
  );
  assert.match(repository.reviews[0]?.body ?? '', /^\*\*Changes requested\*\*[\s\S]*- `README\.md`: Say it here too/);
  const [status] = repository.statuses;
  assert.deepEqual([status?.state, status?.description], ['failure', 'Changes requested: Almost']);

  // A line that the pull request does not show.
  const beside = { ...review, verdict: 'approve' as const, comments: [{ path: 'new.txt', line: 99, body: 'Where?' }] };
  await activities.reviewPullRequest({ ...input, key: 'submission-2', review: beside });
  assert.equal(repository.notes.length, 1);
  assert.match(repository.reviews[1]?.body ?? '', /- `new\.txt:99`: Where\?/);
  assert.deepEqual(
    repository.statuses.map(({ sha, state }) => [sha, state]),
    [
      [headSha, 'failure'],
      [headSha, 'failure'],
      [headSha, 'success'],
    ],
  );
  assert.deepEqual((await forge.readPullRequest(ref)).feedback, [], 'the factory’s own words are none');
});

test('a review renews the text of its pull request until a person writes one, and opens nothing', async () => {
  const { activities, ref, headSha, repository, name } = await openOne({ 'new.txt': 'one\n' });
  const review = { verdict: 'approve' as const, summary: 'Fine', comments: [] };
  const describe = (body: string, key: string) =>
    activities.reviewPullRequest({ ...ref, key, headSha, review, describe: { epicId: 'e', taskKey: 'schema', body } });
  const text = () => repository.pulls.get(ref.number)?.body ?? '';
  await describe('## Criteria\n- **met**: it adds', 'submission-1');
  assert.match(text(), /^## Criteria\n- \*\*met\*\*: it adds\n\n---\nMade by FactoryFactory: task `e\.schema`/);
  const at = `repos/acme/${name}/pulls/${ref.number}`;
  await as('ada', 'PATCH', at, { state: 'closed' });
  await describe('## Criteria\n- **NOT met**: it adds', 'submission-2');
  assert.match(text(), /NOT met/);
  assert.equal(repository.pulls.get(ref.number)?.state, 'closed');
  await as('ada', 'PATCH', at, { body: 'My own words' });
  await describe('Ours', 'submission-3');
  assert.equal(text(), 'My own words');
});

test('people with the right to push are heard, and answered once in their thread', async () => {
  const { ref, headSha, repository, forge, name } = await openOne({ 'new.txt': 'one\n' });
  const at = `repos/acme/${name}`;
  await as('ada', 'POST', `${at}/issues/1/comments`, { body: 'Just thinking aloud' });
  await as('ada', 'POST', `${at}/issues/1/comments`, { body: 'Is this needed, @factory?' });
  await as('ada', 'POST', `${at}/issues/1/comments`, { body: '@factory-two is somebody else' });
  await as('eve', 'POST', `${at}/issues/1/comments`, { body: '/factory merge this' });
  const note = { path: 'new.txt', line: 1, side: 'RIGHT', body: 'Not one' };
  await as('ada', 'POST', `${at}/pulls/1/reviews`, { event: 'REQUEST_CHANGES', body: 'Two, please', comments: [note] });
  await as('eve', 'POST', `${at}/pulls/1/reviews`, { event: 'APPROVE' });
  await as('ada', 'POST', `${at}/pulls/1/reviews`, { event: 'APPROVE' });
  const { feedback } = await forge.readPullRequest(ref);
  // Said in the same second, so only what belongs together is compared.
  const said = feedback.map(({ by, kind, body, path, line }) => [by, kind, body, path ?? '', line ?? ''].join('|'));
  assert.deepEqual(said.toSorted(), [
    'ada|approval|||',
    'ada|changes|Not one|new.txt|1',
    'ada|changes|Two, please||',
    'ada|comment|Is this needed, @factory?||',
  ]);
  assert.ok(feedback.filter(({ kind }) => kind !== 'comment').every((one) => one.headSha === headSha));

  const atLine = feedback.find(({ path }) => path !== undefined)?.id ?? '';
  const asked = feedback.find(({ kind }) => kind === 'comment')?.id ?? '';
  for (const feedbackId of [atLine, atLine, asked]) {
    await forge.answer({ ...ref, feedbackId, key: 'taken', body: 'It is changed' });
  }
  assert.deepEqual(
    repository.notes.map(({ user, replyTo }) => [user.login, replyTo]),
    [
      ['ada', null],
      ['factory', Number(atLine.replace('note-', ''))],
    ],
  );
  assert.equal(repository.comments.filter(({ user }) => user.login === 'factory').length, 1);
  assert.equal((await forge.readPullRequest(ref)).feedback.length, feedback.length);
});

test('an approval counts until its login asks for changes or it is dismissed; a comment leaves it', async () => {
  const { ref, activities, name } = await openOne();
  const reviews = `repos/acme/${name}/pulls/${ref.number}/reviews`;
  const give = async (event: string, body = 'Said'): Promise<number> =>
    (await as('ada', 'POST', reviews, { event, body })).id;
  const approvals = async () => {
    const { feedback } = await activities.readPullRequest(ref);
    return feedback.flatMap(({ kind, id }) => (kind === 'approval' ? [id] : []));
  };
  await give('APPROVE');
  const second = await give('APPROVE');
  await give('COMMENT');
  assert.deepEqual(await approvals(), [`review-${second}`]);
  await give('REQUEST_CHANGES');
  assert.deepEqual(await approvals(), []);
  const third = await give('APPROVE');
  assert.deepEqual(await approvals(), [`review-${third}`]);
  await as('ada', 'PUT', `${reviews}/${third}/dismissals`, { message: 'Not yet' });
  assert.deepEqual(await approvals(), [], 'the older ones do not come back');
});

test('checks count when all are done, red ones with the end of their log and whether the base has them red', async () => {
  const { ref, headSha, repository, forge, base } = await openOne();
  const read = (...required: string[]) => forge.readChecks({ ...ref, headSha, required });
  const run = (name: string, more: Partial<CheckRun> = {}): CheckRun => {
    const made: CheckRun = {
      ...{
        id: repository.nextId++,
        sha: headSha,
        name,
        app: 'github-actions',
        status: 'completed',
        conclusion: 'success',
      },
      ...{ startedAt: '2026-01-01T00:00:00Z', completedAt: '2026-01-01T00:01:00Z', log: '', ...more },
    };
    repository.checkRuns.push(made);
    return made;
  };
  assert.deepEqual(await read(), { state: 'none', pending: [], failed: [] });
  assert.deepEqual(await read('ci'), { state: 'pending', pending: ['ci'], missing: ['ci'], failed: [] });
  const ci = run('ci', { status: 'in_progress', conclusion: null, completedAt: null });
  run('lint');
  assert.deepEqual(await read(), { state: 'pending', pending: ['ci'], failed: [] });
  assert.equal((await read('lint')).state, 'green');
  Object.assign(ci, { status: 'completed', conclusion: 'failure', completedAt: '2026-01-01T00:02:00Z' });
  ci.log = `2026-01-01T00:01:59.1234567Z \u001b[31mnot ok\u001b[0m 1\n${'x'.repeat(5_000)}end`;
  const baseSha = await repository.git.git('rev-parse', base);
  run('lint', { sha: baseSha, conclusion: 'failure' });
  run('lint', { conclusion: 'timed_out', log: '2026-01-01T00:01:59.1234567Z slow' });
  const { state, failed } = await read();
  assert.equal(state, 'red');
  assert.deepEqual(
    failed.map(({ name, redOnBase, log }) => [name, redOnBase, log.length, log.slice(-3)]),
    [
      ['ci', false, 4_000, 'end'],
      ['lint', true, 4, 'low'],
    ],
  );
  assert.match(failed[0]?.url ?? '', /\/actions\/runs\/1\/job\/\d+$/);
});

test('a check that ended without a verdict is replaced by a newer one, and alone it is nobody’s code', async () => {
  const { ref, headSha, repository, forge } = await openOne();
  const run = (suite: number, conclusion: string, minute: number, name = 'build') =>
    repository.checkRuns.push({
      ...{ id: repository.nextId++, sha: headSha, name, app: 'github-actions', suite, status: 'completed', conclusion },
      ...{ startedAt: `2026-01-01T00:0${minute}:00Z`, completedAt: `2026-01-01T00:0${minute}:30Z`, log: '' },
    });
  const read = () => forge.readChecks({ ...ref, headSha, required: [] });
  run(1, 'cancelled', 1);
  assert.deepEqual(
    (await read()).failed.map(({ name, without }) => [name, without]),
    [['build', 'cancelled']],
  );
  run(2, 'success', 1);
  assert.equal((await read()).state, 'green', 'begun in the same second');
  run(3, 'startup_failure', 3);
  run(3, 'success', 4, 'lint');
  assert.deepEqual(
    (await read()).failed.map(({ name, without }) => [name, without]),
    [['build', 'startup_failure']],
    'an older success says nothing of it',
  );
  run(4, 'failure', 5);
  assert.deepEqual(
    (await read()).failed.map(({ name, without }) => [name, without]),
    [['build', undefined]],
  );
});

test('a cancelled check is run again once; a check that waits for a person is not', async () => {
  const { ref, headSha, repository, forge } = await openOne();
  const run = (name: string, conclusion: string, app = 'github-actions') =>
    repository.checkRuns.push({
      ...{ id: repository.nextId++, sha: headSha, name, app, suite: 1, status: 'completed', conclusion },
      ...{ startedAt: '2026-01-01T00:01:00Z', completedAt: '2026-01-01T00:01:30Z', log: '' },
    });
  run('build', 'cancelled');
  run('deploy', 'action_required');
  run('lint', 'failure');
  run('other', 'cancelled', 'somebody-else');
  const rerun = (required: string[] = []) => forge.rerunChecks({ ...ref, headSha, required });
  assert.deepEqual(await rerun(['lint']), []);
  assert.deepEqual(await rerun(), ['build']);
  assert.deepEqual(await rerun(), [], 'it runs already');
  const { state, pending } = await forge.readChecks({ ...ref, headSha, required: [] });
  assert.deepEqual([state, pending], ['pending', ['build']]);
});

test('a commit with more checks than a page has all of them counted', async () => {
  const { ref, headSha, repository, forge } = await openOne();
  const at = '2026-01-01T00:00:00Z';
  for (let n = 1; n <= 130; n++) {
    const conclusion = n <= 101 ? 'success' : 'failure';
    repository.checkRuns.push({
      ...{ id: repository.nextId++, sha: headSha, name: `ci-${n}`, app: 'other', status: 'completed', conclusion },
      ...{ startedAt: at, completedAt: at, log: '' },
    });
    repository.statuses.push({ sha: headSha, context: `old-${n}`, state: conclusion, description: null, at });
  }
  const { state, failed } = await forge.readChecks({ ...ref, headSha, required: [] });
  assert.deepEqual([state, failed.length], ['red', 2 * 29]);
});

test('a required check that nobody begins does not hide one that is red', async () => {
  const { ref, headSha, forge } = await openOne();
  const set = (context: string, state: string) =>
    as('ada', 'POST', `repos/acme/${ref.repository}/statuses/${headSha}`, { context, state });
  const read = () => forge.readChecks({ ...ref, headSha, required: ['build', 'never'] });
  await set('build', 'success');
  assert.deepEqual((await read()).missing, ['never']);
  await set('build', 'failure');
  const { state, pending, missing, failed } = await read();
  assert.deepEqual([state, failed.map(({ name }) => name)], ['red', ['build']]);
  assert.deepEqual([pending, missing], [['never'], ['never']], 'nor does the red one hide that it has not begun');
});

test('the checks that the branch requires are waited for, whichever app reports them', async () => {
  const { ref, headSha, repository, forge, base } = await openOne();
  repository.required.set(base, ['ci/old']);
  repository.rules.set(base, [
    { type: 'required_status_checks', parameters: { required_status_checks: [{ context: 'ci/new' }] } },
  ]);
  const due = {
    ...{ state: 'pending', pending: ['ci/old', 'ci/new'], missing: ['ci/old', 'ci/new'], failed: [] },
  };
  // As somebody gave it another base, and set it back.
  const pull = repository.pulls.get(ref.number) ?? {};
  Object.assign(pull, { base: 'main' });
  assert.equal((await forge.readChecks({ ...ref, headSha, required: [] })).state, 'none');
  assert.deepEqual(await forge.readChecks({ ...ref, headSha, base, required: [] }), due);
  Object.assign(pull, { base });
  assert.deepEqual(await forge.readChecks({ ...ref, headSha, required: [] }), due);
  for (const context of ['ci/old', 'ci/new', 'other']) {
    const state = context === 'other' ? 'failure' : 'success';
    await as('ada', 'POST', `repos/acme/${ref.repository}/statuses/${headSha}`, { context, state });
  }
  assert.equal((await forge.readChecks({ ...ref, headSha, required: [] })).state, 'green');
});

test('no text sent to GitHub has what looks like a key, and one that is too long is cut before its last line', async () => {
  const { activities, ref, headSha, repository } = await openOne({ 'new.txt': 'one\n' });
  const key = ['ghp', 'a1B2c3D4e5F6g7H8i9J0k1L2m3N4o5P6q7R8'].join('_');
  const note = { path: 'new.txt', line: 1, body: `Why ${key} here?` };
  const summary = `Found ${key}. ${'x'.repeat(70_000)}`;
  const review = { verdict: 'request_changes' as const, summary, comments: [note] };
  for (let times = 0; times < 2; times += 1) {
    await activities.reviewPullRequest({ ...ref, key: 'leak', headSha, review });
  }
  assert.equal(repository.reviews.length, 1, 'known again by its last line');
  const said = JSON.stringify([repository.reviews, repository.notes, repository.statuses]);
  assert.ok(!said.includes(key));
  assert.deepEqual(
    repository.notes.map(({ body }) => body),
    ['Why [secret removed: GITHUB_TOKEN] here?'],
  );
  assert.ok((repository.reviews[0]?.body ?? '').length <= 65_536);
});

test('the text of a pull request follows the work until a person edits it', async () => {
  const { activities, request, repository, ref, name } = await openOne();
  const body = () => repository.pulls.get(ref.number)?.body ?? '';
  await activities.openPullRequest({ ...request, title: 'Again', body: 'It weakens tests' });
  assert.match(body(), /^It weakens tests/);
  await as('ada', 'PATCH', `repos/acme/${name}/pulls/${ref.number}`, { body: 'In my own words' });
  await activities.openPullRequest({ ...request, title: 'Again', body: 'Something else' });
  assert.equal(body(), 'In my own words');
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { DiffFile } from '../../web/data/diffs.ts';
import type { Review, Submission } from '../../web/data/tasks.ts';
import { commentsAbout, groupComments, inReadingOrder } from '../../web/parts/diff-comments.ts';
import { standingOf } from '../../web/parts/diff-submission.ts';

const [OLD, NEW] = ['a'.repeat(40), 'b'.repeat(40)];
const file = (path: string): DiffFile => ({
  ...{ path, previousPath: null, status: 'modified', additions: 1, deletions: 0, isBinary: false, isGenerated: false },
});
const review = (number: number, headSha: string | null, comments: Review['comments']): Review => ({
  ...{ agentId: `shop.first.review.${number}`, submission: number, headSha, verdict: 'request_changes' },
  ...{ summary: 's', comments, at: '2026-01-01T00:00:00.000Z' },
});
const said = (path: string, line: number | null) => ({ path, line, body: `about ${path}` });
const FILES = [file('b.ts'), file('a.ts'), file('evil\u202Etxt.ts')];
const ids = (comments: readonly { readonly id: string }[]) => comments.map(({ id }) => id.replace('shop.first.', ''));

test('only what was said of this very commit stands in its diff', () => {
  const reviews = [
    review(1, OLD, [said('a.ts', 1)]),
    review(2, NEW, [said('a.ts', 2)]),
    review(3, null, [said('a.ts', 3)]),
  ];
  assert.deepEqual(ids(commentsAbout(reviews, OLD)), ['review.1:1']);
  assert.deepEqual(ids(commentsAbout(reviews, NEW)), ['review.2:1']);
  assert.deepEqual(commentsAbout(reviews, 'c'.repeat(40)), []);
});

test('comments are placed at their files, however the path is written, and those on other files above all', () => {
  const comments = commentsAbout(
    [review(1, OLD, [said('./a.ts', 9), said('gone.ts', 1), said('evil⟨U+202E⟩txt.ts', 2), said('a.ts', null)])],
    OLD,
  );
  const { above, inFiles } = groupComments(comments, FILES);
  assert.deepEqual(ids(above), ['review.1:2']);
  assert.deepEqual(ids(inFiles.get('a.ts') ?? []), ['review.1:4', 'review.1:1'], 'one without a line comes first');
  assert.deepEqual(ids(inFiles.get('evil\u202Etxt.ts') ?? []), ['review.1:3']);
  assert.equal(inFiles.has('b.ts'), false);
});

test('one goes from comment to comment as they stand: above, then file by file, then by rows where they are known', () => {
  const comments = commentsAbout(
    [review(1, OLD, [said('a.ts', 5), said('a.ts', 70), said('b.ts', 3), said('gone.ts', 1)])],
    OLD,
  );
  const placed = groupComments(comments, FILES);
  const guessed = inReadingOrder(placed, FILES, () => undefined);
  assert.deepEqual(ids(guessed), ['review.1:4', 'review.1:3', 'review.1:1', 'review.1:2']);
  // Line 70 is not in the patch, so that comment stands at the head of its file.
  const drawn = inReadingOrder(placed, FILES, ({ line }) => (line === 70 ? 0 : (line ?? 0)));
  assert.deepEqual(ids(drawn), ['review.1:4', 'review.1:3', 'review.1:2', 'review.1:1']);
});

test('a diff knows which submission it is about, by its number or else by its commit', () => {
  const submission = (number: number, headSha: string): Submission => ({
    ...{ number, headSha, treeSha: headSha, state: 'superseded' },
  });
  const all = [submission(1, OLD), submission(2, NEW), submission(3, NEW)];
  assert.deepEqual(standingOf(all, { headSha: OLD, submission: 1 }), {
    number: 1,
    count: 3,
    before: undefined,
    after: 2,
  });
  assert.deepEqual(standingOf(all, { headSha: NEW, submission: 2 })?.number, 2);
  assert.deepEqual(standingOf(all, { headSha: NEW, submission: null }), {
    number: 3,
    count: 3,
    before: 2,
    after: undefined,
  });
  assert.equal(standingOf(all, { headSha: 'c'.repeat(40), submission: null }), undefined);
});

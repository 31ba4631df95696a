/** A question about a newer commit in the place of another is told apart from it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { replacedCommit, withFirst } from '../../web/parts/question-subjects.ts';

const asked = (headSha: string | null, kind = 'merge' as const, taskKey: string | null = null) => ({
  ...{ epicId: 'shop', taskKey, kind, headSha },
});
const look = (...requests: ReturnType<typeof asked>[]) => withFirst(new Map(), requests);

test('the first commit of a place is no news, the next one is', () => {
  const seen = look(asked('a'));
  assert.equal(replacedCommit(asked('a'), [asked('a')], seen), undefined);
  assert.equal(replacedCommit(asked('b'), [asked('b')], seen), 'a');
});

test('another task, and a question about no commit, are other subjects', () => {
  const seen = look(asked('a'));
  const other = asked('b', 'merge', 'first');
  assert.equal(replacedCommit(other, [other], withFirst(seen, [other])), undefined);
  assert.equal(replacedCommit(asked(null), [asked(null)], seen), undefined);
});

test('several questions in one place at once are not taken for each other', () => {
  const both = [asked('a'), asked('b')];
  assert.equal(replacedCommit(asked('b'), both, look(...both)), undefined);
});

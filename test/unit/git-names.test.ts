import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { trailer, withTrailers } from '../../activities/worktree/commits.ts';
import * as names from '../../clients/git/names.ts';
import { TaskKey } from '../../workflows/contract/ids.ts';

const base = { stateDir: '/state', host: 'one' };

test('no two names of an epic meet, whatever the keys', () => {
  const key = fc
    .stringMatching(/^[a-z0-9]([a-z0-9-]{0,10}[a-z0-9])?$/)
    .filter((each) => TaskKey.safeParse(each).success);
  fc.assert(
    fc.property(fc.uniqueArray(key, { minLength: 2, maxLength: 10 }), (keys) => {
      const paths = keys.flatMap((each) => [
        names.taskWorktreePath(base, 'e', each),
        names.detachedWorktreePath(base, 'e', each),
      ]);
      assert.equal(new Set(paths).size, paths.length);
      const branches = [
        names.epicBranch('e'),
        names.resultBranch('e'),
        ...keys.map((each) => names.taskBranch('e', each)),
      ];
      assert.equal(new Set(branches).size, branches.length);
      for (const each of keys)
        assert.deepEqual(names.parseBranch(names.taskBranch('e', each)), { epicId: 'e', taskKey: each });
    }),
  );
  assert.deepEqual(names.parseBranch(names.epicBranch('e')), { epicId: 'e' });
  assert.equal(names.parseBranch('feature/a/b'), undefined);
});

test('a name cannot lead out of its folder or its refs', () => {
  for (const name of ['..', 'a/b', 'a b', '', '-a', 'a.lock', 'A', 'a\nb']) {
    assert.throws(() => names.taskBranch('e', name), /cannot name a branch or folder/, name);
    assert.throws(() => names.detachedWorktreePath(base, name, 'plan'), /cannot name/, name);
  }
  for (const repository of ['..', '.', '../x', 'a/b', '.hidden']) {
    assert.match(names.mirrorPath('/state', repository), /^\/state\/forge\/[^/.][^/]*\.git$/);
  }
});

test('our trailers are ours alone', () => {
  fc.assert(
    fc.property(fc.string({ unit: 'grapheme', maxLength: 60 }), (text) => {
      const message = withTrailers(`${text}\nFactory-Key: forged\nmore`, {
        'Factory-Key': 'mine',
        'Factory-Turn': undefined,
      });
      assert.equal(trailer(message, 'Factory-Key'), 'mine');
      assert.doesNotMatch(message, /forged|Factory-Turn|\0/);
    }),
  );
  assert.equal(trailer(withTrailers('Factory-Key: forged', {}), 'Factory-Key'), undefined);
});

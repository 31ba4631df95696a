/** Branch names: what git refuses is refused, and nothing else but "factory". */
import assert from 'node:assert/strict';
import { spawnSync } from 'node:child_process';
import { test } from 'node:test';
import fc from 'fast-check';
import { BranchName } from '../../workflows/contract/branch.ts';
import { EpicInput } from '../../workflows/contract/epic.ts';

const takes = (name: string) => BranchName.safeParse(name).success;
/** `git branch` refuses the last three besides. */
const gitTakes = (name: string) =>
  spawnSync('git', ['check-ref-format', `refs/heads/${name}`]).status === 0 && !/^-|^@$|^HEAD$/.test(name);

const NAMES = [
  ...['main', 'feature/a', 'release-1.2', 'ünïcode', 'a@b', 'a{b', '@a', 'a.b', 'a/HEAD', 'refs/heads/x', 'x.lock.y'],
  ...['a b', 'a..b', '.a', 'a/.b', 'a.', 'a.lock', 'a.lock/b', 'a~1', 'a^', 'a:b', 'a?', 'a*', 'a[b', 'a\\b', '@'],
  ...['a@{1}', '-a', '/a', 'a/', 'a//b', 'HEAD', 'a\tb', 'a\x7fb', 'a/b.', 'x/.lock', '@{-1}x', 'a./b'],
];

test('the names that git refuses, and no others', () => {
  for (const name of NAMES) assert.equal(takes(name), gitTakes(name), JSON.stringify(name));
});

test('any name: as git says', () => {
  const part = fc.constantFrom('a', '.', '/', '-', '@', '{', ' ', '~', '..', '.lock', 'HEAD', '\\', '\x01', 'é', '*');
  const name = fc.array(part, { minLength: 1, maxLength: 4 }).map((parts) => parts.join(''));
  fc.assert(
    fc.property(name, (any) => takes(any) === gitTakes(any)),
    { numRuns: 150 },
  );
});

test('an epic’s base branch is named by its field', () => {
  const parsed = EpicInput.safeParse({ title: 'x', baseBranch: 'a b' });
  assert.deepEqual(parsed.error?.issues[0]?.path, ['baseBranch']);
  assert.match(parsed.error?.issues[0]?.message ?? '', /a branch name has no spaces/);
  assert.equal(takes('factory'), false);
});

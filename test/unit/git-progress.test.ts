/** Progress as git 2.39 and 2.43 print it with --progress and LC_ALL=C, in words for people. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readProgress, withoutProgress } from '../../clients/git/progress.ts';

const FETCH =
  'remote: Enumerating objects: 300302, done.        \nremote: Counting objects: 100% (300302/300302), done.        \nReceiving objects:  62% (186188/300302), 12.30 MiB | 24.59 MiB/s\rReceiving objects:  63% (189191/300302), 12.30 MiB | 24.59 MiB/s\r';

test('the newest progress counts, in words of the factory', () => {
  const said: [string, string | undefined][] = [
    [FETCH, 'fetches, 63 %'],
    ['remote: Compressing objects:   7% (1/14)        \r', 'fetches: the other side prepares, 7 %'],
    ['remote: Enumerating objects: 1234\r', 'fetches: the other side prepares'],
    ['Resolving deltas: 100% (5/5), done.\n', 'puts together what it fetched, 100 %'],
    ['Updating files:   3% (9001/300000)\r', 'checks out files, 3 %'],
    ['Writing objects:  50% (1/2)\rWriting objects: 100% (2/2), 300 bytes | 300.00 KiB/s, done.\n', 'pushes, 100 %'],
    ['Checking connectivity: 300302, done.\n', 'checks what it fetched'],
    ['fatal: the remote end hung up unexpectedly\n', undefined],
    ['', undefined],
  ];
  for (const [stderr, progress] of said) assert.equal(readProgress(stderr), progress, stderr);
});

test('what git says besides is left when its progress is taken away', () => {
  const failed = `${FETCH}fatal: early EOF\nfatal: fetch-pack: invalid index-pack output\n`;
  assert.equal(withoutProgress(failed).trim(), 'fatal: early EOF\nfatal: fetch-pack: invalid index-pack output');
  const refused = 'To /forge.git\n ! [rejected]  a -> b (stale info)\n';
  assert.equal(withoutProgress(refused), refused);
});

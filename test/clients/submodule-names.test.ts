/** What a .gitmodules may say: names, paths and addresses that could lead git or a file out of the repository are refused. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseModules } from '../../clients/submodules/gitmodules.ts';
import { failsAs } from '../support/git-stage.ts';
import { moduleLines } from '../support/submodules.ts';

const named = (name: string, path: string, url = '../a') => `[submodule "${name}"]\n\tpath = ${path}\n\turl = ${url}\n`;

test('path and address count, and nothing else', async () => {
  const text = `${moduleLines('x/a', 'https://example.com/a')}\tupdate = !touch x\n\tignore = none\n[include]\n\tpath = /etc/x\n[submodule "no"]\n\tbranch = main\n${moduleLines('b.c', '../b')}`;
  assert.deepEqual(await parseModules(text, 'It'), [
    { path: 'x/a', url: 'https://example.com/a' },
    { path: 'b.c', url: '../b' },
  ]);
  assert.deepEqual(await parseModules('', 'It'), []);
});

test('a submodule path that leads out of the worktree is refused by name', async () => {
  const texts: Record<string, RegExp> = {
    [named('x/../../a', 'a')]: /submodule "x\/\.\.\/\.\.\/a" has a name with "\.\."/,
    [named('a', '../a')]: /has a path that is none within the repository \("\.\.\/a"\)/,
    [named('a', '/srv/a')]: /has a path/,
    [named('a', 'x/.GIT/hooks')]: /has a path/,
    [named('a', '-a')]: /has a path/,
    [named('a', 'x//a')]: /has a path/,
    [named('a', 'a', '--upload-pack=x')]: /has an address that is neither https nor ssh nor relative/,
    [named('a', 'a', '/srv/private')]: /has an address/,
    [named('a', 'a') + named('b', 'a/b')]: /with a submodule a\/b inside another one/,
    [named('a', 'a') + named('b', 'a')]: /that names a twice/,
    '[submodule': /^It has a \.gitmodules that git cannot read; correct it on the base branch$/,
  };
  for (const [text, message] of Object.entries(texts)) {
    await assert.rejects(parseModules(text, 'It'), failsAs('RepositoryUnsupported', { message }), text);
  }
});

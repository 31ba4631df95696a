/** The first start of a process: tried again when a port was taken from it meanwhile, and for nothing else. */
import assert from 'node:assert/strict';
import { existsSync, mkdtempSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { supervise } from '../../local/stack/supervise.ts';
import { textOf } from '../support/terminal.ts';

const folder = mkdtempSync(join(tmpdir(), 'supervise-'));
after(() => rmSync(folder, { recursive: true, force: true }));

/** Notes each start; `script` goes on with their number in `$starts`. */
function start(name: string, script: string) {
  const starts = join(folder, `${name}-starts`);
  const supervised = supervise({
    name,
    command: async () => ({
      file: 'sh',
      args: ['-c', `echo x >>'${starts}'; starts=$(wc -l <'${starts}'); ${script}`],
      env: { PATH: process.env.PATH ?? '' },
      cwd: folder,
    }),
    logFile: join(folder, `${name}.log`),
    isReady: async () => existsSync(join(folder, `${name}-ready`)),
    readyMs: 20_000,
    onPid: () => {},
    onEvent: () => {},
  });
  const stop = () => supervised.stop({ graceMs: 1_000, force: new AbortController().signal });
  return { ready: supervised.ready, stop, starts: () => textOf(starts)?.length };
}

const TAKEN = 'echo "bind: Address already in use" >&2; exit 1';

test('a process that finds its port taken starts again, and is ready then', async () => {
  const { ready, stop, starts } = start('later', `[ "$starts" -ge 3 ] || { ${TAKEN}; }; : >later-ready; exec sleep 60`);
  await ready;
  await stop();
  assert.equal(starts(), 2 * 3);
});

test('a port that stays taken is an error with the end of the log, and so is any other end at once', async () => {
  const taken = start('taken', TAKEN);
  await assert.rejects(taken.ready, /^Error: taken did not start: it ended \(exit code 1\)\.\n {2}\| bind: Address/);
  assert.equal(taken.starts(), 2 * 3);
  const other = start('other', 'echo "no such setting" >&2; exit 1');
  await assert.rejects(other.ready, /no such setting/);
  assert.equal(other.starts(), 2 * 1);
});

import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { commandEnvironment, shellQuote } from '../../clients/terminal/command.ts';
import { readExit, readOutput, readStop, writeJournal, writeStop } from '../../clients/terminal/journal.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { createTerminal, endServer, listSessions, openWindow } from '../../clients/terminal/tmux.ts';
import { exec } from '../../exec.ts';

const folder = mkdtempSync(join(tmpdir(), 'journal-'));
after(() => rmSync(folder, { recursive: true, force: true }));

test('a quoted word is one word, whatever is in it', async () => {
  const words = ['', "it's", '"', '$(no) `no` $HOME \\', ' a\nb\t', '*', '😀', "'''", '-n', ';'];
  const { stdout } = await exec({ file: 'sh', args: ['-c', `printf '%s\\0' ${words.map(shellQuote).join(' ')}`] });
  assert.deepEqual(stdout.split('\0').slice(0, -1), words);
});

test('however an output is cut, what is kept is whole characters of its start and end', async () => {
  const text = fc.string({ unit: fc.constantFrom('a', 'é', '✓', '😀', '\n'), minLength: 1, maxLength: 60 });
  const journal = join(folder, 'cut');
  mkdirSync(join(journal, 'started'), { recursive: true });
  await fc.assert(
    fc.asyncProperty(text, fc.integer({ min: 2, max: 80 }), async (output, kept) => {
      writeFileSync(join(journal, 'started', 'output'), output);
      const read = await readOutput(journal, kept);
      const [head = '', tail] = read.split(/\n\[… \d+ of \d+ bytes were cut out here …\]\n/);
      if (tail === undefined) return assert.equal(read, output);
      assert.ok(Buffer.byteLength(output) > kept && Buffer.byteLength(head + tail) <= kept);
      assert.ok(output.startsWith(head) && output.endsWith(tail));
    }),
  );
});

test('output that is no text becomes text that PostgreSQL can hold', async () => {
  const journal = join(folder, 'binary');
  mkdirSync(join(journal, 'started'), { recursive: true });
  writeFileSync(join(journal, 'started', 'output'), Buffer.from([0x61, 0, 0xff, 0x80, 0x80, 0x80, 0x80, 0x62]));
  assert.match(await readOutput(journal), /^a\u{fffd}+b$/u);
  assert.equal(await readOutput(join(folder, 'none')), '');
});

test('a journal is written once and whole; the first reason to stop stays', async () => {
  const journal = join(folder, 'deep', 'journal');
  const wrote = await Promise.all(['a', 'b', 'c'].map((script) => writeJournal(journal, { script, launch: script })));
  assert.equal(wrote.filter(Boolean).length, 1);
  await writeStop(journal, 'timeout');
  await writeStop(journal, 'cancelled');
  assert.equal(await readStop(journal), 'timeout');
  // Left empty by a power cut, it says nothing.
  for (const [text, code] of [
    ['', undefined],
    ['3\n', 3],
  ] as const) {
    writeFileSync(join(journal, 'exit'), text);
    assert.equal(await readExit(journal), code);
  }
});

test('commands see an environment by allow-list, without the folders that npm adds', () => {
  const path = process.env.PATH;
  process.env.PATH = `/x/node_modules/.bin:${path}`;
  process.env.ANTHROPIC_API_KEY = 'do-not-show';
  const environment = commandEnvironment({ CI: '0', OWN: 'own' }, NO_SANDBOX('of the test'));
  process.env.PATH = path;
  delete process.env.ANTHROPIC_API_KEY;
  assert.doesNotMatch(JSON.stringify(environment), /do-not-show|node_modules\/\.bin/);
  assert.deepEqual([environment.CI, environment.OWN, environment.GIT_TERMINAL_PROMPT], ['0', 'own', '0']);
  // Programs whose tests look at their colours see a usual environment; `TERM=dumb` is enough for what commands print.
  assert.deepEqual([environment.NO_COLOR, environment.TERM], [undefined, 'dumb']);
  // What would install git hooks, or run them.
  assert.deepEqual([environment.HUSKY, environment.LEFTHOOK], ['0', '0']);
});

test('each state folder and host has a socket of its own; one that is too long is refused with the remedy', async () => {
  const sockets = [
    createTerminal({ stateDir: '/a', host: 'x' }),
    createTerminal({ stateDir: '/b', host: 'x' }),
    createTerminal({ stateDir: '/a', host: 'y' }),
  ].map(({ socket }) => socket);
  assert.equal(new Set(sockets).size, 3);
  assert.equal(createTerminal({ stateDir: '/a', host: 'x', socket: '/given' }).socket, '/given');
  assert.throws(() => createTerminal({ stateDir: '/a', host: 'x', socket: `/${'é'.repeat(60)}` }), {
    type: 'TerminalUnavailable',
    message: /121 bytes[\s\S]*TMUX_SOCKET_PATH/,
  });
  const unused = createTerminal({ stateDir: folder, host: 'unused' });
  assert.deepEqual(await listSessions(unused), []);
  await endServer(unused);
});

test('without tmux a window is refused with the remedy', async () => {
  const path = process.env.PATH;
  process.env.PATH = folder;
  const opening = openWindow(createTerminal({ stateDir: folder, host: 'none' }), {
    session: 's',
    folder,
    name: 'n',
    argv: ['true'],
  });
  process.env.PATH = path;
  await assert.rejects(opening, { type: 'TerminalUnavailable', nonRetryable: true, message: /install tmux/ });
});

test('a socket folder that others can write to is refused', async () => {
  const open = join(folder, 'open');
  mkdirSync(open);
  chmodSync(open, 0o777);
  const terminal = createTerminal({ stateDir: folder, host: 'open', socket: join(open, 'tmux') });
  const opening = openWindow(terminal, { session: 's', folder, name: 'n', argv: ['true'] });
  await assert.rejects(opening, { type: 'TerminalUnavailable', message: /written to by others/ });
});

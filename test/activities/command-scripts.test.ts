/** DESIGN §8 from inside the script: however it ends, whatever would ask a person, and how much there may be of it. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createTestTerminal, textOf } from '../support/terminal.ts';

const host = createTestTerminal();
after(() => host.end());

/** Name: script, exit code, output. */
const ENDINGS: Record<string, [script: string, exitCode: number, output: RegExp]> = {
  'exec in place of the shell': ['exec sh -c "echo replaced; exit 4"', 4, /^replaced\n$/],
  'kill -9 $$': ['echo before; kill -9 $$; echo after', 137, /^before\n(.*Killed.*\n)?$/],
  'kill -TERM $$': ['echo before; kill -TERM $$; echo after', 143, /^before\n/],
  'kill 0': ['echo before; kill 0; echo after', 143, /^before\n/],
  'trap EXIT': ['trap "echo bye" EXIT; echo hello; exit 3', 3, /^hello\nbye\n$/],
  'trap ERR': ['trap "echo failed" ERR; false; true', 0, /^failed\n$/],
  'set -e': ['set -e; echo before; false; echo after', 1, /^before\n$/],
  'set -euo pipefail': ['set -euo pipefail; echo before; false | cat; echo after', 1, /^before\n$/],
  'set -u': ['set -u; echo "$nothing"; echo after', 1, /nothing: unbound variable/],
  'exit 3': ['echo out; exit 3', 3, /^out\n$/],
  return: ['echo out; return 5; echo after', 5, /^out\n$/],
  'syntax error': ['echo before\nif then', 2, /syntax error near unexpected token `then'/],
  'an open quote': ['echo "open', 2, /unexpected EOF/],
  'an open here-document': ['cat <<END\ninside', 0, /inside\n/],
  'a word that is no program': ['no-such-program', 127, /no-such-program: command not found/],
  'a comment alone': ['# nothing', 0, /^$/],
  'output closed': ['exec >&- 2>&-; echo nobody', 1, /^$/],
  'a function called exit': ['exit() { echo mine; }; exit; builtin exit 6', 6, /^mine\n$/],
  'unset PATH': ['unset PATH; echo still; exit 7', 7, /^still\n$/],
  'CRLF lines': ['echo one\r\necho two', 0, /^one\r\ntwo\n$/],
  'a dash in front': ['-n --help', 127, /-n: command not found/],
  'no UTF-8': ["printf '\\xff\\xfe\\n'", 0, /^\u{fffd}\u{fffd}\n$/u],
  'a long line': [`echo ${'x'.repeat(200_000)} | wc -c`, 0, /^200001\n$/],
};

test('however a script ends, its exit code and output are told', async (t) => {
  const carryDir = join(host.stateDir, 'carry-endings');
  for (const [name, [script, exitCode, output]] of Object.entries(ENDINGS)) {
    await t.test(name, async () => {
      const result = await host.run(`ending-${name}`.replaceAll(/\W/g, '-'), script, { carryDir });
      assert.deepEqual([result.exitCode, result.interrupted, result.timedOut], [exitCode, false, false], result.output);
      assert.match(result.output, output);
    });
  }
});

/** What would ask, page or edit; each where its program is installed. */
const PROMPTS: Record<string, string> = {
  'read from the terminal': 'read -r answer </dev/tty',
  'read from stdin': 'read -r answer && exit 0; exit 1',
  python3: "python3 -c 'input()'",
  'sudo -S': 'sudo -k -S true',
  su: 'su nobody -s /bin/sh -c true </dev/null; passwd nobody',
  passwd: 'passwd',
  ssh: 'ssh -o ConnectTimeout=1 -p 1 nobody@127.0.0.1',
  'git commit': 'git -C repository commit --allow-empty',
  'git rebase -i': 'git -C repository rebase -i --root',
  'git tag -a': 'git -C repository tag -a v1',
  'git log': 'git -C repository log -p',
  'git clone with a password': 'git clone http://127.0.0.1:PORT/private.git',
  'crontab -e': 'crontab -e',
  vi: 'vi long.txt',
  nano: 'nano long.txt',
  less: 'less long.txt',
  more: 'more long.txt',
  man: 'man ls',
  top: 'top',
  gpg: 'gpg --batch --gen-key </dev/tty',
  'openssl with a passphrase': 'openssl genrsa -aes128 -out key 1024',
  'an interactive shell': 'bash -i </dev/tty',
  psql: 'psql -h 127.0.0.1 -p 1 -W',
};

test('whatever would ask for a password, page or edit ends at once', async () => {
  const asking = createServer((_, response) => {
    response.writeHead(401, { 'www-authenticate': 'Basic realm="private"' }).end();
  });
  await new Promise<void>((resolve) => asking.listen(0, '127.0.0.1', resolve));
  const { port } = asking.address() as AddressInfo;
  try {
    execFileSync('git', ['init', '--quiet', join(host.worktree, 'repository')]);
    const identity = 'git config user.name Test; git config user.email test@example.com';
    await host.run('prompt-set-up', `seq 5000 >long.txt; cd repository; ${identity}; git commit -qm One --allow-empty`);
    const results = await Promise.all(
      Object.entries(PROMPTS).map(async ([name, script]) => {
        const journal = `prompt-${name}`.replaceAll(/\W/g, '-');
        const result = await host.run(journal, script.replace('PORT', String(port)), { timeoutMs: 45_000 });
        return [name, result] as const;
      }),
    );
    const waited = results.filter(([, result]) => result.timedOut || result.interrupted);
    assert.deepEqual(waited, []);
    const outcome = Object.fromEntries(results);
    assert.notEqual(outcome['git commit']?.exitCode, 0);
    assert.match(outcome['git log']?.output ?? '', /One/);
    assert.match(outcome['git clone with a password']?.output ?? '', /terminal prompts disabled|[Uu]nable|could not/);
  } finally {
    asking.close();
  }
});

test('100 MB of output take bounded memory and hold up no other command', async () => {
  // The first command pays for what every one needs.
  await host.run('warm', 'head -c 5000000 /dev/zero | tr "\\0" x');
  let most = 0;
  const before = process.memoryUsage().rss;
  const timer = setInterval(() => {
    most = Math.max(most, process.memoryUsage().rss - before);
  }, 20);
  const flood = host.run('flood', 'echo first; head -c 100000000 /dev/zero | tr "\\0" x; echo; echo last');
  const beside = await host.run('beside', 'echo beside');
  const { output, exitCode } = await flood;
  clearInterval(timer);
  assert.deepEqual([exitCode, beside.output], [0, 'beside\n']);
  assert.match(output, /^first\nxxx[\s\S]*x\nlast\n$/);
  assert.ok(output.length < 2.1 * 1024 * 1024);
  assert.ok(most < 48 * 1024 * 1024, `${Math.round(most / 1024 / 1024)} MB`);
});

test('fifty commands at once each run once and answer with their own output', async () => {
  const numbers = Array.from({ length: 50 }, (_, i) => i);
  const results = await Promise.all(
    numbers.map((n) => host.run(`many-${n}`, `echo ${n} >>many; echo "out ${n}"`, { session: `epic/many-${n % 5}` })),
  );
  assert.deepEqual(
    results.map(({ exitCode, output }) => [exitCode, output]),
    numbers.map((n) => [0, `out ${n}\n`]),
  );
  const lines = (textOf(join(host.worktree, 'many')) ?? '').trim().split('\n').map(Number);
  assert.deepEqual(
    lines.toSorted((a, b) => a - b),
    numbers,
  );
});

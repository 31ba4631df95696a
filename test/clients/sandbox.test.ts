import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { chmodSync, existsSync, mkdirSync, readdirSync, readFileSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:http';
import type { AddressInfo } from 'node:net';
import { join } from 'node:path';
import { after, before, test } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import { confine } from '../../activities/terminal/confine.ts';
import { adminDir } from '../../activities/worktree/worktree-state.ts';
import { clonePath } from '../../clients/git/names.ts';
import { isAlive } from '../../clients/is-alive.ts';
import { cookieOf } from '../../clients/terminal/journal.ts';
import { programFolders } from '../../clients/terminal/program-folders.ts';
import { SANDBOX_HOME, type Sandbox } from '../../clients/terminal/sandbox.ts';
import { findSandbox } from '../../clients/terminal/sandbox-probe.ts';
import { readVariables } from '../../clients/terminal/secrets.ts';
import { findWindow } from '../../clients/terminal/tmux.ts';
import { onPath } from '../../local/programs/find.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { failsAs } from '../support/git-stage.ts';
import { createTestTerminal, textOf } from '../support/terminal.ts';
import { waitFor } from '../support/wait-for.ts';

const host = createTestTerminal({ below: '/var/tmp' });
let sandbox: Sandbox;
before(async () => {
  sandbox = await findSandbox({ setting: 'auto', readable: [], hidden: [], systemDir: join(host.stateDir, 'system') });
  assert.equal(sandbox.kind, 'bubblewrap', `These tests need a sandbox: ${sandbox.description}`);
});
after(() => host.end());

const run = (name: string, script: string, options: Parameters<typeof host.run>[2] = {}) =>
  host.run(name, script, { sandbox, ...options });
/** How long something sleeps, as a word that no other run has. */
const seconds = (number: number): string => `61.${number}${process.pid}`;
/** The processes with this word in their command line, by how they look from outside. */
const listed = (word: string): number[] =>
  readdirSync('/proc')
    .filter((entry) => /^\d+$/.test(entry) && textOf(`/proc/${entry}/cmdline`)?.includes(word))
    .map(Number);

test('exit codes come back as they are, and what a command leaves behind in the background is gone', async () => {
  assert.equal((await run('exit', 'exit 3')).exitCode, 3);
  assert.equal((await run('killed', 'kill -9 $$')).exitCode, 137);
  const { output, exitCode } = await run('background', `setsid sleep ${seconds(5)} & echo done`);
  assert.deepEqual([output, exitCode, listed(seconds(5))], ['done\n', 0, []]);
});

test('at the time limit a command may tidy up, and then everything of it ends', async () => {
  const script = `trap 'echo tidied; exit 0' TERM; (trap '' TERM; env -i setsid sleep ${seconds(6)}) & while :; do sleep 0.05; done`;
  const result = await run('tidies', script, { timeoutMs: 500 });
  assert.match(result.output, /tidied\n$/);
  assert.deepEqual([result.timedOut, listed(seconds(6))], [true, []]);
});

test('a cancellation, and the end of its wrapper, end everything in it', async () => {
  const daemon = (seconds: string) =>
    `(env -i setsid sh -c 'trap "" TERM; sleep ${seconds}' &); echo x >began; sleep 60`;
  const controller = new AbortController();
  const cancelled = run('cancelled', daemon(seconds(7)), { signal: controller.signal });
  await waitFor(() => listed(seconds(7)).length > 0, { what: 'the daemon' });
  controller.abort(new CancelledFailure('CANCELLED'));
  await assert.rejects(cancelled, CancelledFailure);
  assert.deepEqual(listed(seconds(7)), []);

  const orphaned = run('orphaned', daemon(seconds(8)));
  await waitFor(() => listed(seconds(8)).length > 0, { what: 'the daemon' });
  const window = await findWindow(host.terminal, cookieOf(host.command('orphaned', '').journalDir));
  process.kill(window?.pid ?? 0, 'SIGKILL');
  assert.equal((await orphaned).interrupted, true);
  await waitFor(() => listed(seconds(8)).filter(isAlive).length === 0, { what: 'the end of the daemon' });
});

test('an agent keeps its /tmp, home, cwd and variables; a check has its own, which is gone afterwards', async () => {
  const carryDir = join(host.stateDir, 'shell');
  const leave = 'mkdir -p deep; cd deep; export KEPT=1; echo mine >/tmp/left; echo evil >~/.bashrc; cat /tmp/left';
  assert.equal((await run('keeps-1', leave, { carryDir })).output, 'mine\n');
  const look = 'cat /tmp/left ~/.bashrc; echo "$KEPT $PWD"';
  assert.equal((await run('keeps-2', look, { carryDir })).output, `mine\nevil\n1 ${host.worktree}/deep\n`);
  const { output } = await run('check', 'ls -A /tmp ~; echo own >/tmp/own; echo "[$KEPT]"');
  assert.doesNotMatch(output, /left|bashrc|\[1\]/);
  assert.deepEqual(
    readdirSync(join(host.stateDir, 'journal/check')).filter((name) => name === 'tmp' || name === 'home'),
    [],
  );
});

test('a secret reaches its command and nothing else', async () => {
  const secretsFile = join(host.stateDir, 'secrets.env');
  const value = `hidden-${'x'.repeat(20)}`;
  writeFileSync(secretsFile, `NPM_TOKEN="${value}"\nEMPTY=\n`, { mode: 0o600 });
  const commands = { sandbox, secretsFile };
  const policy = RepositoryPolicy.parse({ env: { TOKEN: { secret: 'NPM_TOKEN' }, PLAIN: 'plain' } });
  const input = { epicId: 'e', repository: 'r', worktree: host.worktree, readOnly: false, policy };
  const clone = { gitDir: clonePath(host.stateDir, 'h', 'r') };
  mkdirSync(adminDir(clone, 'e', host.worktree), { recursive: true });
  const confined = { ...(await confine(commands, { stateDir: host.stateDir, host: 'h' }, input)), git: undefined };
  const script = 'printf "$TOKEN" | wc -c; echo "$PLAIN $TOKEN"; touch shown; until [ -e seen ]; do sleep 0.02; done';
  const running = host.run('secret', script, confined);
  await waitFor(() => existsSync(join(host.worktree, 'shown')), { what: 'the command' });
  const journal = join(host.stateDir, 'journal/secret');
  assert.ok(!readdirSync(journal).includes('secrets'));
  for (const file of ['launch', 'script']) assert.ok(!readFileSync(join(journal, file), 'utf8').includes(value));
  assert.deepEqual(listed(value), []);
  const shown = execFileSync('tmux', ['-S', host.terminal.socket, 'show-environment', '-g'], { encoding: 'utf8' });
  assert.ok(!shown.includes(value));
  writeFileSync(join(host.worktree, 'seen'), '');
  assert.equal((await running).output, `${value.length}\nplain [secret TOKEN]\n`);
});

test('a secret that is missing is named, with what helps', async () => {
  const file = join(host.stateDir, 'others.env');
  writeFileSync(file, 'KNOWN=1\n', { mode: 0o600 });
  const wanted = { TOKEN: { secret: 'NPM_TOKEN' } };
  const fails = (message: RegExp) => failsAs('SecretMissing', { message });
  await assert.rejects(readVariables(wanted, undefined), fails(/NPM_TOKEN, and SECRETS_FILE is not set.*retry/));
  await assert.rejects(readVariables(wanted, file), fails(/has no line NPM_TOKEN=/));
  await assert.rejects(readVariables(wanted, `${file}.none`), fails(/cannot be read/));
  chmodSync(file, 0o644);
  await assert.rejects(readVariables(wanted, file), fails(/chmod 600/));
  assert.deepEqual(await readVariables({ A: 'b' }, undefined), { env: { A: 'b' }, secrets: {} });
});

test('an allow-list of hosts lets these through, by the proxy only, and no other', async () => {
  const server = createServer((_, response) => response.end('reached\n')).listen(0, '127.0.0.1');
  const other = createServer((_, response) => response.end('reached\n')).listen(0, '127.0.0.1');
  await Promise.all([server, other].map((one) => waitFor(() => one.listening)));
  const [port, closed] = [server, other].map((one) => (one.address() as AddressInfo).port);
  const code = "curl -s -o /dev/null -w '%{http_code}\\n'";
  const script = `
    export NO_PROXY= no_proxy=
    curl -s http://127.0.0.1:${port}/; ${code} http://127.0.0.1:${closed}/; ${code} http://example.com/
    curl -s --noproxy '*' http://127.0.0.1:${port}/ || echo direct-refused
    env | grep -c FACTORY_PROXY; exit 5`;
  const network = [`127.0.0.1:${port}`];
  // Variables are the command's alone: the proxy, which is outside, works as without them, and so does the way to it.
  const preload = join(host.worktree, 'preload.cjs');
  const env = { NODE_OPTIONS: `--require ${preload}`, PATH: '/usr/bin:/bin', HTTP_PROXY: 'http://127.0.0.1:1' };
  writeFileSync(preload, `require('fs').writeFileSync(${JSON.stringify(`${preload}.ran`)}, '')`);
  try {
    const { output, exitCode } = await run('network', script, { network, env });
    assert.equal(existsSync(`${preload}.ran`), false);
    const note = /^\[The network policy refused 127\.0\.0\.1, example\.com: .*factory\.yaml.*\]\n$/;
    const lines = 'reached\n403\n403\ndirect-refused\n0\n';
    assert.deepEqual([output.slice(0, lines.length), exitCode], [lines, 5]);
    assert.match(output.slice(lines.length), note);
  } finally {
    server.close();
    other.close();
  }
});

test('without an allow-list a command that could not reach a host says what may be why', async () => {
  const { output } = await run('refused', 'curl -sS https://example.com/; exit 4');
  assert.match(output, /resolve host.*\n\[Commands have no network here\. If example\.com .*factory\.yaml.*\]\n$/);
  assert.doesNotMatch((await run('passed', 'curl -sS https://example.com/; exit 0')).output, /no network here/);
});

test('certificates of the operator’s are there for commands that may reach a host, and for no others', async () => {
  const file = join(host.stateDir, 'operator.pem');
  writeFileSync(file, 'certificate\n');
  const before = process.env.SSL_CERT_FILE;
  process.env.SSL_CERT_FILE = file;
  try {
    const script = 'cat "$SSL_CERT_FILE"; echo x >>"$SSL_CERT_FILE" || echo read-only; cat "$PIP_CERT"';
    const options = { network: ['example.com'], env: { PIP_CERT: '/dev/null' } };
    assert.match((await run('trusted', script, options)).output, /^certificate\n.*\nread-only\n$/);
    assert.equal((await run('untrusted', 'echo "[$SSL_CERT_FILE]"')).output, '[]\n');
  } finally {
    if (before === undefined) delete process.env.SSL_CERT_FILE;
    else process.env.SSL_CERT_FILE = before;
  }
});

test('who asks the system who they are is told the home of the sandbox', async () => {
  assert.equal(
    (await run('passwd', 'getent passwd "$(id -u)" | cut -d: -f6; echo "$HOME"')).output,
    `${SANDBOX_HOME}\n`.repeat(2),
  );
});

const java = onPath('java') !== undefined;

test('a JVM is configured, and goes through the proxy, which it is not told by variables', {
  skip: !java,
}, async () => {
  const server = createServer((_, response) => response.end('reached')).listen(0, '127.0.0.1');
  await waitFor(() => server.listening);
  const { port } = server.address() as AddressInfo;
  const script = `cat >/tmp/Get.java <<'END'
import java.net.URI;
class Get {
  public static void main(String[] urls) throws Exception {
    javax.net.ssl.SSLContext.getDefault();
    System.out.println(System.getProperty("own"));
    System.setProperty("http.nonProxyHosts", "");
    for (String url : urls) {
      try { System.out.println(new String(URI.create(url).toURL().openStream().readAllBytes())); }
      catch (java.io.IOException e) { System.out.println(e.getMessage().replaceAll(" for URL.*", "")); }
    }
  }
}
END
  java /tmp/Get.java http://127.0.0.1:${port}/ http://example.com/ 2>/dev/null`;
  const options = { network: [`127.0.0.1:${port}`], env: { JAVA_TOOL_OPTIONS: '-Down=kept' } };
  try {
    const { output } = await run('java', script, options);
    assert.equal(output, 'kept\nreached\nServer returned HTTP response code: 403\n');
  } finally {
    server.close();
  }
});

test('Maven finds the proxy and its password in settings, and its own arguments are kept', async () => {
  const script = `echo "$MAVEN_ARGS"; grep -c env.PROXY_PASSWORD /run/factory-maven.xml
    case $HTTPS_PROXY in *":$PROXY_PASSWORD@"*) echo same ;; esac
    [ ! -e /etc/maven/settings.xml ] || cmp /etc/maven/settings.xml /run/factory-maven.xml`;
  const { output } = await run('maven', script, { network: ['example.com'], env: { MAVEN_ARGS: '-q' } });
  assert.equal(output, '-gs /run/factory-maven.xml -q\n2\nsame\n');
});

test('a host without what the proxy takes refuses it by name', async () => {
  const commands = { sandbox: { ...sandbox, missingForNetwork: ['socat'] }, secretsFile: undefined };
  const policy = RepositoryPolicy.parse({ network: ['registry.npmjs.org', '*.example.com'] });
  const input = { epicId: 'e', repository: 'r', worktree: host.worktree, readOnly: false, policy };
  await assert.rejects(
    confine(commands, { stateDir: host.stateDir, host: 'h' }, input),
    failsAs('SandboxUnavailable', { message: /lacks socat: install/ }),
  );
  for (const network of ['localhost', '127.0.0.1', 'https://a.b', 'a.b:80', '*', '*.com:1', 'a b.c']) {
    assert.equal(RepositoryPolicy.safeParse({ network: [network] }).success, false, network);
  }
});

test('of PATH and SANDBOX_READABLE no folder is seen that holds what is hidden, or a socket', async () => {
  const place = (...parts: string[]) => join(host.stateDir, 'tools', ...parts);
  for (const folder of [
    'plain/bin',
    'plain/lib',
    'checkout/bin',
    'checkout/.factory',
    'talking/bin',
    'more',
    'home/bin',
  ])
    mkdirSync(place(folder), { recursive: true });
  const server = createServer().listen(place('talking/bin/socket'));
  await waitFor(() => server.listening);
  const path = ['plain/bin', 'checkout/bin', 'talking/bin', 'home/bin', 'none/bin'].map((folder) => place(folder));
  const options = { readable: [place('more'), place(), place('checkout')], hidden: [place('checkout/.factory')] };
  const found = await programFolders(path.join(':'), place('home'), options);
  server.close();
  assert.deepEqual(found.sort(), [place('checkout/bin'), place('home/bin'), place('more'), place('plain')]);
});

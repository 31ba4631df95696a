/** A command loads what it needs and nothing more: that is what makes it answer at once. */
import assert from 'node:assert/strict';
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { mkdtempSync, readFileSync, rmSync, symlinkSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { type CommandName, GROUPS, usageOf } from '../../cli/command-list.ts';
import { loadCommand } from '../../cli/load-command.ts';
import { absolute, PROJECT_DIR } from '../../config/files.ts';
import { exec } from '../../exec.ts';
import { anEpic } from '../support/api-answers.ts';
import { spawnCli, startStubApi } from '../support/cli.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-lean-'));
after(() => rmSync(folder, { recursive: true }));

/** What a command loads against an API that answers so: packages, our own files outside cli/, commands. */
async function loadedBy(args: readonly string[], body: unknown = []) {
  const api = await startStubApi(({ path: asked }) => ({ body: asked === '/pause' ? { pause: null } : body }));
  const file = path.join(folder, `${crypto.randomUUID()}.json`);
  const preload = `--import=${absolute('test/support/loaded-modules-process.ts')}`;
  const env = { FACTORY_API_URL: api.url, LOADED_MODULES: file, NODE_OPTIONS: preload };
  try {
    const { exitCode, stderr } = await spawnCli(args, { env });
    assert.equal(exitCode, 0, stderr);
  } finally {
    await api.stop();
  }
  const loaded = JSON.parse(readFileSync(file, 'utf8')) as string[];
  const files = loaded
    .filter((url) => url.startsWith('file:'))
    .map((url) => path.relative(PROJECT_DIR, new URL(url).pathname));
  return {
    packages: new Set(files.flatMap((name) => /^node_modules\/((?:@[^/]+\/)?[^/]+)/.exec(name)?.[1] ?? [])),
    shared: files.filter((name) => !/^(node_modules|cli|bin|test)\//.test(name)).toSorted(),
    commands: files.filter((name) => name.startsWith('cli/commands/')),
    count: files.length,
  };
}

const PACKAGES = ['commander', 'picocolors'];
const ACCESS = [
  'config/access.ts',
  'config/api.ts',
  'config/environment.ts',
  'config/files.ts',
  'config/refused-ports.ts',
];
const CLIENT = ['api/client/branch-name.ts', 'api/client/epic-now.ts', 'api/client/index.ts'];
const STANDSTILL = ['api/client/clock-time.ts', 'api/client/standstill.ts'];
const DEFINED = 'workflows/contract/optional-fields.ts';
const STATES = 'workflows/contract/state-names.ts';
const IN_WORDS = 'workflows/contract/in-words.ts';

for (const [name, answer] of [
  ['list', []],
  ['show', anEpic()],
  ['watch', anEpic({ state: 'COMPLETED' })],
] as const) {
  test(`${name} loads neither schemas nor other commands`, async () => {
    const { packages, shared, commands, count } = await loadedBy(name === 'list' ? [name] : [name, 'shop'], answer);
    assert.deepEqual(packages, new Set([...PACKAGES, 'openapi-fetch']));
    const standstill = name === 'watch' ? STANDSTILL : [];
    const defined = name === 'list' ? [DEFINED] : [];
    assert.deepEqual(shared, [...CLIENT, ...standstill, ...ACCESS, ...defined, STATES, IN_WORDS].toSorted());
    assert.deepEqual(commands, [`cli/commands/${name}.ts`]);
    assert.ok(count <= (name === 'watch' ? 38 : 35), `${count} files`);
  });
}

for (const option of ['--help', '--version']) {
  test(`${option} loads no command`, async () => {
    const { packages, commands, shared } = await loadedBy([option]);
    assert.deepEqual(packages, new Set(PACKAGES));
    assert.deepEqual(commands, []);
    assert.deepEqual(shared, ACCESS);
  });
}

test('the list of commands says of each what its code says', async () => {
  const unused = () => Promise.reject(new Error('No command runs here'));
  const stdout = { write: () => true };
  const io = { config: unused, access: unused, stdout, stderr: stdout, exitCode: 0 };
  for (const name of Object.values(GROUPS).flatMap((commands) => Object.keys(commands)) as CommandName[]) {
    const command = await loadCommand(name, io);
    const terms = command.registeredArguments.map((one) => {
      const term = `${one.name()}${one.variadic ? '...' : ''}`;
      return one.required ? `<${term}>` : `[${term}]`;
    });
    assert.equal(command.name(), name);
    assert.equal(terms.join(' '), usageOf(name));
  }
});

test('bin/factory can be linked into PATH, and passes arguments and exit code on', async () => {
  const link = path.join(folder, 'factory');
  symlinkSync(absolute('bin/factory'), link);
  const run = (...args: string[]) =>
    exec({ file: 'factory', args, cwd: folder, env: { PATH: `${folder}:/usr/bin:/bin` } });
  const version = await run('--version');
  assert.equal(version.exitCode, 0, version.stderr);
  assert.match(version.stdout, /^\d+\.\d+\.\d+\n$/);
  const mistyped = await run('lst', 'with blanks');
  assert.equal(mistyped.exitCode, 2);
  assert.match(mistyped.stderr, /unknown command 'lst'\n\(Did you mean list\?\)/);
});

test('a signal to bin/factory ends the command: there is no process between', async () => {
  const { promise: asked, resolve } = Promise.withResolvers<void>();
  const api = await startStubApi(() => {
    resolve();
    return { body: anEpic() };
  });
  const env = { ...process.env, FACTORY_API_URL: api.url };
  const child = spawn(absolute('bin/factory'), ['watch', 'shop'], { env, stdio: 'ignore' });
  const ended = once(child, 'exit');
  await asked;
  const commandLine = readFileSync(`/proc/${child.pid}/cmdline`, 'utf8').split('\0');
  assert.match(commandLine[0] ?? '', /node$/);
  child.kill('SIGINT');
  assert.deepEqual(await ended, [null, 'SIGINT']);
  await api.stop();
});

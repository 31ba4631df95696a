/** What setup and doctor say about a machine: programs that are missing or old, repositories, ports, and the exit code. */
import assert from 'node:assert/strict';
import { chmodSync, mkdirSync, mkdtempSync, realpathSync, rmSync, symlinkSync, writeFileSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { exec } from '../../exec.ts';
import { onPath } from '../../local/programs/find.ts';
import type { Finding } from '../../local/programs/finding.ts';
import { freePort } from '../../local/stack/ports.ts';
import { runCli, spawnCli } from '../support/cli.ts';
import { pointerTo } from '../support/lfs.ts';

const folder = realpathSync(mkdtempSync(path.join(tmpdir(), 'factory-machine-')));
after(() => rmSync(folder, { recursive: true }));

/** Each finding of `doctor` by its part. */
async function doctor(env: Record<string, string>) {
  // PATH belongs to the process.
  const runner = 'PATH' in env ? spawnCli : runCli;
  const { exitCode, stdout } = await runner(['doctor', '--json'], { env: { STATE_DIR: folder, ...env } });
  const findings = JSON.parse(stdout) as Finding[];
  const of = (part: string) => {
    const finding = findings.find((one) => one.part === part);
    return finding === undefined || finding.ok ? finding : { ...finding, text: `${finding.detail} ${finding.remedy}` };
  };
  return { exitCode, of };
}

/** A folder for PATH that holds only these programs, each a text of its own or the system's. */
function bin(programs: Record<string, string | undefined>): string {
  const place = mkdtempSync(path.join(folder, 'bin-'));
  for (const [name, text] of Object.entries(programs)) {
    const file = path.join(place, name);
    if (text === undefined) symlinkSync(onPath(name) ?? '', file);
    else writeFileSync(file, `#!/bin/sh\necho "${text}"\n`);
    if (text !== undefined) chmodSync(file, 0o755);
  }
  return place;
}

/** Ports that nobody has, so that nothing depends on what else this machine runs. */
async function freePorts(): Promise<Record<string, string>> {
  const names = ['POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'BACKEND_PORT', 'FRONTEND_PORT'];
  return Object.fromEntries(await Promise.all(names.map(async (name) => [name, String(await freePort())] as const)));
}

async function repository(name: string, files: Record<string, string>): Promise<string> {
  const place = path.join(folder, name);
  const git = (...args: string[]) =>
    exec({ file: 'git', args: ['-c', 'user.name=a', '-c', 'user.email=a@b', ...args], cwd: place });
  mkdirSync(place);
  await git('init', '--quiet', '--initial-branch=main');
  for (const [file, text] of Object.entries(files)) {
    mkdirSync(path.dirname(path.join(place, file)), { recursive: true });
    writeFileSync(path.join(place, file), text);
  }
  await git('add', '--all');
  await git('commit', '--quiet', '--message', 'start');
  return place;
}

test('a missing program is told from an old one, each with what helps', async () => {
  const env = { ...(await freePorts()), XDG_CACHE_HOME: path.join(folder, 'cache') };
  const missing = await doctor({ ...env, PATH: bin({ git: undefined }) });
  assert.equal(missing.exitCode, 1);
  assert.equal(missing.of('git')?.ok, true);
  assert.partialDeepStrictEqual(missing.of('tmux'), { ok: false, why: 'missing', required: true });
  assert.partialDeepStrictEqual(missing.of('Temporal CLI'), { why: 'missing', remedy: 'npm run setup' });
  assert.partialDeepStrictEqual(missing.of('gh'), { why: 'missing', required: false });

  const programs = { git: 'git version 2.37.9', tmux: 'tmux 2.9a', temporal: 'temporal version 1.2.0 (Server 1.26.2)' };
  const old = await doctor({ ...env, PATH: bin({ ...programs, 'apt-get': '' }) });
  assert.partialDeepStrictEqual(old.of('git'), { why: 'wrong version' });
  assert.match(JSON.stringify(old.of('tmux')), /2\.9; 3\.0 or newer.*apt-get install -y tmux/);
  assert.partialDeepStrictEqual(old.of('Temporal CLI'), { why: 'wrong version' });
});

test('a repository that cannot be worked on says why', async () => {
  const repositories = {
    fine: { path: await repository('fine', { 'a.txt': 'a' }) },
    lfs: { path: await repository('lfs', { '.gitattributes': '*.png filter=lfs\n', 'a.png': pointerTo('gone') }) },
    modules: { path: await repository('modules', { '.gitmodules': '[submodule "x"]\n\tpath = x\n\turl = ext::x\n' }) },
    empty: { path: await repository('empty', {}) },
    branch: { path: path.join(folder, 'fine'), baseBranch: 'trunk' },
    nowhere: { path: path.join(folder, 'nowhere') },
    plain: { path: folder },
  };
  const file = path.join(folder, 'factory.yaml');
  writeFileSync(file, JSON.stringify({ repositories }));
  const { exitCode, of } = await doctor({ ...(await freePorts()), FACTORY_CONFIG: file });
  assert.equal(exitCode, 1);
  assert.equal(of('Repository fine')?.ok, true);
  const reasons = {
    lfs: /of Git LFS|uses Git LFS/,
    modules: /submodule "x" has an address/,
    empty: /no commit/,
    branch: /"trunk"/,
    plain: /not a git repository/,
  };
  for (const [name, reason] of Object.entries(reasons)) {
    assert.match(of(`Repository ${name}`)?.detail ?? '', reason);
  }
  assert.partialDeepStrictEqual(of('Repository nowhere'), { why: 'missing' });
});

test('a port that somebody has names the variable that changes it', async () => {
  const server = createServer();
  await new Promise<void>((resolve) => server.listen(0, '127.0.0.1', resolve));
  const port = String((server.address() as { port: number }).port);
  const { exitCode, of } = await doctor({ ...(await freePorts()), BACKEND_PORT: port });
  const pages = await doctor({ ...(await freePorts()), FRONTEND_PORT: port });
  server.close();
  assert.equal(exitCode, 1);
  assert.match(JSON.stringify(of(`Port ${port}`)), /API needs it.*set BACKEND_PORT/);
  assert.equal(pages.exitCode, 1);
  assert.match(JSON.stringify(pages.of(`Port ${port}`)), /the dashboard needs it.*set FRONTEND_PORT/);
});

test('servers of one’s own that do not answer are named', async () => {
  const port = await freePort();
  const own = { DATABASE_URL: `postgres://a:b@127.0.0.1:${port}/c`, TEMPORAL_ADDRESS: `127.0.0.1:${port}` };
  const { of } = await doctor({ ...(await freePorts()), ...own });
  assert.match(JSON.stringify(of('PostgreSQL')), /ECONNREFUSED.*DATABASE_URL/);
  assert.match(JSON.stringify(of('Temporal')), /TEMPORAL_ADDRESS/);
});

test('a key without a sandbox is refused, by doctor and by start', async () => {
  // One that runs nothing, as in a container that may make no namespaces.
  const broken = bin({ bwrap: 'bubblewrap 0.8.0' });
  const env = {
    ...(await freePorts()),
    PATH: `${broken}:${process.env.PATH}`,
    ANTHROPIC_API_KEY: 'k',
    ANTHROPIC_BASE_URL: `http://127.0.0.1:${await freePort()}`,
  };
  const { exitCode, of } = await doctor(env);
  assert.equal(exitCode, 1);
  assert.match(JSON.stringify(of('Sandbox')), /does not work here[\s\S]*SANDBOX=off/);
  assert.match(JSON.stringify(of('Model')), /does not answer/);
  const start = await spawnCli(['start'], { env: { STATE_DIR: folder, ...env } });
  assert.equal(start.exitCode, 1);
  assert.match(start.stderr, /SANDBOX=off/);
  const { of: without } = await doctor({ ...env, ANTHROPIC_API_KEY: '', ANTHROPIC_BASE_URL: '' });
  assert.partialDeepStrictEqual(without('Sandbox'), { ok: false, required: false });
});

test('the sandbox of this machine is shown', async () => {
  const { of } = await doctor(await freePorts());
  assert.partialDeepStrictEqual(of('Sandbox'), { ok: true });
  // Which hosts, each repository says for itself; this host says whether that is possible here.
  const words = of('Network allow-list')?.ok
    ? /^bubblewrap, no network but the hosts that factory\.yaml allows/
    : /^bubblewrap, no network(;|$)/;
  assert.match(of('Sandbox')?.detail ?? '', words);
});

test('a wrong configuration is one line of the table, and the machine is looked at all the same', async () => {
  const { exitCode, stdout } = await runCli(['doctor'], { env: { STATE_DIR: folder, BACKEND_PORT: 'x' } });
  assert.equal(exitCode, 1);
  assert.match(stdout, /✗ +Configuration +not usable: BACKEND_PORT is "x"[\s\S]*✓ +git/);
});

test('setup says one line for each part and ends with 0 when all is there', async () => {
  const { exitCode, stdout } = await runCli(['setup'], { env: { STATE_DIR: folder } });
  assert.equal(exitCode, 0, stdout);
  const parts = stdout
    .trim()
    .split('\n')
    .map((line) => /^✓ ([\w ]+): /.exec(line)?.[1]);
  assert.deepEqual(parts, [
    'Node',
    'git',
    'tmux',
    'bubblewrap',
    'socat',
    'ripgrep',
    'gh',
    'Temporal CLI',
    'Temporal test server',
    'chromium',
    'PostgreSQL',
    'Dashboard',
  ]);
});

/** What the demo needs of this machine: a state folder of its own, free ports, and a look at what was merged. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { mirrorPath } from '../../clients/git/names.ts';
import { type Config, loadConfig } from '../../config/config.ts';
import { ownEnvironment } from '../../config/environment.ts';
import { exec } from '../../exec.ts';
import { freePort, portIsFree } from './ports.ts';
import { readProcesses } from './process-list.ts';

/** Ports as usual where they are free, so that `bin/factory` finds a kept demo; else whichever are. */
export async function demoConfig(base: Config, repository: string | undefined): Promise<Config> {
  const stateDir = path.join(base.stateDir, 'demo');
  const running = readProcesses(stateDir);
  if (running.length > 0) {
    throw new Error(
      `A demo is running already (process ${running[0]?.pid}). End it: STATE_DIR=${stateDir} bin/factory stop`,
    );
  }
  // What an earlier demo merged would stand in the way of this one.
  rmSync(stateDir, { recursive: true, force: true });
  const { backend, temporal, temporalUi, postgres } = base.ports;
  const [BACKEND_PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT, POSTGRES_PORT] = await Promise.all(
    [backend, temporal, temporalUi, postgres].map(async (port) =>
      String((await portIsFree(port)) ? port : await freePort()),
    ),
  );
  return loadConfig({
    ...ownEnvironment(),
    STATE_DIR: stateDir,
    BACKEND_PORT,
    TEMPORAL_PORT,
    TEMPORAL_UI_PORT,
    POSTGRES_PORT,
    FACTORY_API_URL: '',
    DATABASE_URL: '',
    TEMPORAL_ADDRESS: '',
    FACTORY_CONFIG: '',
    // Shared with another stack, ending the demo would end that one's commands.
    TMUX_SOCKET_PATH: '',
    GIT_WORKTREE_BASE: '',
    HOST_NAME: '',
    GIT_BASE_REPO_PATH: repository ?? '',
    // A demo changes nothing that others see.
    FORGE: 'local',
    REQUIRE_HUMAN_APPROVAL: 'merge',
    // A demo takes no work from anybody.
    LINEAR_API_KEY: '',
    LINEAR_WEBHOOK_SECRET: '',
  });
}

/** Where the base branch holds the merged work: the source when it is bare, else the mirror, since a checkout stays put. */
export async function mergedRepository(config: Config, name: string): Promise<string> {
  const source = config.repositories[name]?.path ?? '';
  const bare = await exec({ file: 'git', args: ['rev-parse', '--is-bare-repository'], cwd: source, timeoutMs: 10_000 });
  return bare.stdout.trim() === 'true' ? source : mirrorPath(config.stateDir, name);
}

export interface Checked {
  readonly ok: boolean;
  readonly command: string;
  readonly output: string;
}

/** Runs the repository's own checks on its base branch, in a clone of its own: what a sceptic would do by hand. */
export async function runOwnChecks(repository: string, baseBranch: string): Promise<Checked> {
  const folder = mkdtempSync(path.join(tmpdir(), 'factory-demo-'));
  try {
    const args = ['clone', '--quiet', '--depth=1', `--branch=${baseBranch}`, `file://${repository}`, folder];
    const clone = await exec({ file: 'git', args, cwd: folder, timeoutMs: 60_000 });
    if (clone.exitCode !== 0) return { ok: false, command: `git ${args.join(' ')}`, output: clone.stderr };
    const commands = readChecks(folder);
    for (const command of commands) {
      const result = await exec({ file: 'sh', args: ['-c', command], cwd: folder, timeoutMs: 120_000 });
      if (result.exitCode !== 0) return { ok: false, command, output: `${result.stdout}\n${result.stderr}` };
    }
    return { ok: true, command: commands.join(' && '), output: '' };
  } finally {
    rmSync(folder, { recursive: true, force: true });
  }
}

function readChecks(folder: string): string[] {
  const file = path.join(folder, 'factory.yaml');
  if (!existsSync(file)) return [];
  const { verify = [] } = parse(readFileSync(file, 'utf8')) as { verify?: string | { command: string }[] };
  return typeof verify === 'string' ? [verify] : verify.map(({ command }) => command);
}

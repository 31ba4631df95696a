/** What the demo needs of this machine: a stack of its own, and a look at what was merged. */
import { existsSync, mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { parse } from 'yaml';
import { mirrorPath, resultBranch } from '../../clients/git/names.ts';
import type { Config } from '../../config/config.ts';
import { exec } from '../../exec.ts';
import { ownStackConfig } from './own-stack.ts';

/** What an earlier demo merged is removed. */
export const demoConfig = (base: Config, repository: string | undefined): Promise<Config> =>
  ownStackConfig(base, 'demo', () => ({ GIT_BASE_REPO_PATH: repository ?? '' }));

export interface Delivered {
  /** The branch of the source that holds the merged work. */
  readonly branch: string;
  /** Whose base branch holds it: the source, or its mirror where the source's own was left as it is. */
  readonly repository: string;
}

/** Where an epic's merged work is. */
export async function findDelivered(
  { repositories, stateDir }: Pick<Config, 'repositories' | 'stateDir'>,
  { epicId, repository, baseBranch }: { epicId: string; repository: string; baseBranch: string },
): Promise<Delivered> {
  const source = repositories[repository]?.path ?? '';
  const branch = resultBranch(epicId);
  const args = ['rev-parse', '--quiet', '--verify', `refs/heads/${branch}`];
  const found = await exec({ file: 'git', args, cwd: source, timeoutMs: 10_000 });
  if (found.exitCode !== 0) return { branch: baseBranch, repository: source };
  return { branch, repository: mirrorPath(stateDir, repository) };
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

/** Whether a repository can be worked on: a git repository, writable, with its base branch, without LFS or submodules. */
import { accessSync, constants, existsSync } from 'node:fs';
import type { Repository } from '../config.ts';
import { exec } from '../exec.ts';
import { type Finding, found } from './finding.ts';

export async function checkRepository(name: string, repository: Repository): Promise<Finding> {
  const part = `Repository ${name}`;
  const { path, baseBranch } = repository;
  const problem = (why: 'missing' | 'not usable', detail: string, remedy: string): Finding => ({
    ok: false,
    part,
    why,
    detail,
    remedy,
    required: true,
  });
  if (!existsSync(path)) {
    return problem('missing', `${path} does not exist.`, 'correct GIT_BASE_REPO_PATH or FACTORY_CONFIG');
  }
  const folder = await git(path, 'rev-parse', '--absolute-git-dir');
  if (folder.exitCode !== 0) {
    const owner = /dubious ownership/.test(folder.stderr);
    return owner
      ? problem('not usable', `${path} belongs to another user.`, `git config --global --add safe.directory ${path}`)
      : problem('not usable', `${path} is not a git repository.`, `git init ${path}, or name another folder`);
  }
  const gitDir = folder.stdout.trim();
  if (!isWritable(gitDir))
    return problem('not usable', `${gitDir} cannot be written.`, `give yourself write permission there`);
  const base = baseBranch ?? (await git(path, 'symbolic-ref', '--short', 'HEAD')).stdout.trim();
  const tip = `refs/heads/${base}`;
  if ((await git(path, 'rev-parse', '--quiet', '--verify', `${tip}^{commit}`)).exitCode !== 0) {
    return problem('not usable', `It has no commit on branch "${base}".`, 'make a first commit, or name a base branch');
  }
  if ((await git(path, 'cat-file', '-e', `${tip}:.gitmodules`)).exitCode === 0) {
    return problem('not usable', 'It has submodules, which are not supported yet.', 'work on another repository');
  }
  const attributes = [':(glob)**/.gitattributes'];
  if ((await git(path, 'grep', '--quiet', 'filter=lfs', tip, '--', ...attributes)).exitCode === 0) {
    return problem('not usable', 'It uses Git LFS, which is not supported yet.', 'work on another repository');
  }
  return found(part, `${path}, branch ${base}`);
}

/** Reads only; hooks and helpers that the repository configures are kept out. */
const git = (cwd: string, ...args: string[]) =>
  exec({
    file: 'git',
    args: ['-c', 'core.hooksPath=/dev/null', '-c', 'core.fsmonitor=false', ...args],
    cwd,
    env: { LC_ALL: 'C', GIT_TERMINAL_PROMPT: '0', GIT_OPTIONAL_LOCKS: '0' },
    timeoutMs: 10_000,
  });

function isWritable(folder: string): boolean {
  try {
    accessSync(folder, constants.W_OK);
    return true;
  } catch {
    return false;
  }
}

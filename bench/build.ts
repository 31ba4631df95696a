/** Builds to measure: this checkout as it is, and any commit of its repository in a worktree of its own. */
import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { PROJECT_DIR } from '../config/files.ts';
import { type ExecOptions, exec } from '../exec.ts';

export interface Build {
  /** Its commit, as `git describe` abbreviates it. */
  readonly name: string;
  readonly checkout: string;
}

export const thisBuild = async (): Promise<Build> => ({ name: await describe(PROJECT_DIR), checkout: PROJECT_DIR });

/** Makes `ref` ready to run in `checkout`, a folder that is made, and removes it after `work`. */
export async function withBuild<T>(
  { ref, checkout, signal }: { readonly ref: string; readonly checkout: string; readonly signal: AbortSignal },
  work: (build: Build) => Promise<T>,
): Promise<T> {
  const commit = await succeed({ file: 'git', args: ['rev-parse', '--verify', '--quiet', `${ref}^{commit}`] }, () => {
    return `There is no commit "${ref}" in this repository`;
  });
  try {
    // To its end: half of one could not be removed.
    await succeed({ file: 'git', args: ['worktree', 'add', '--quiet', '--detach', checkout, commit.trim()] });
    signal.throwIfAborted();
    await installPackages(checkout, signal);
    return await work({ name: await describe(checkout), checkout });
  } finally {
    // It was never made where git refused, and that is the error to tell.
    await exec({ file: 'git', args: ['worktree', 'remove', '--force', '--force', checkout], cwd: PROJECT_DIR });
  }
}

/** The packages of this checkout, when they are the same and on the same file system; else as a person installs them. */
async function installPackages(checkout: string, signal: AbortSignal): Promise<void> {
  const lockOf = (folder: string) => readFileSync(join(folder, 'package-lock.json'), 'utf8');
  if (lockOf(checkout) === lockOf(PROJECT_DIR)) {
    const target = join(checkout, 'node_modules');
    const linked = await exec({ file: 'cp', args: ['-al', join(PROJECT_DIR, 'node_modules'), target], signal });
    if (linked.exitCode === 0) return;
  }
  await succeed({
    ...{ file: 'npm', args: ['ci', '--no-audit', '--no-fund', '--prefer-offline'], cwd: checkout, signal },
    // A registry or a proxy may be set by a variable.
    inherit: 'all',
  });
}

const describe = async (cwd: string): Promise<string> =>
  (await succeed({ file: 'git', args: ['describe', '--always', '--dirty', '--exclude', '*'], cwd })).trim();

async function succeed(options: ExecOptions, why?: () => string): Promise<string> {
  const { exitCode, stdout, stderr } = await exec({ cwd: PROJECT_DIR, ...options });
  if (exitCode === 0) return stdout;
  const { file, args = [] } = options;
  throw new Error(why?.() ?? `${file} ${args.join(' ')} ended with ${exitCode}:\n${stderr || stdout}`);
}

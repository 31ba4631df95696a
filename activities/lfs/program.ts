/** The real git-lfs: whether it is installed, and how git is told to use it and nothing that a tree says of it. */
import { existsSync } from 'node:fs';
import { exec, inheritedEnvironment } from '../../exec.ts';
import { finalFailure } from '../failures.ts';
import { lfsStorePath } from '../git/names.ts';

/** Programs do not go away while a process runs; one that is missing may be installed. */
const INSTALLED = new Set<string>();

export async function isInstalled(): Promise<boolean> {
  const { PATH = '' } = inheritedEnvironment(['PATH']);
  if (INSTALLED.has(PATH)) return true;
  const result = await exec({ file: 'git-lfs', args: ['version'], timeoutMs: 10_000 }).catch(() => undefined);
  if (result?.exitCode !== 0) return false;
  INSTALLED.add(PATH);
  return true;
}

/** Fails RepositoryUnsupported (final). `what` is whose files they are. */
export async function needProgram(what: string, where: string): Promise<void> {
  if (await isInstalled()) return;
  throw finalFailure(
    'RepositoryUnsupported',
    `${what} uses Git LFS (.gitattributes), and git-lfs is not installed ${where}; install it on each host (apt-get install git-lfs), then retry`,
  );
}

/**
 * For each git command that writes files from a tree or a tree from files. All that the .lfsconfig of a tree could say is
 * said here, and stronger: objects are brought and sent by the factory, so git-lfs itself never looks for any.
 */
export const FILTER_SETTINGS: readonly string[] = [
  'filter.lfs.process=git-lfs filter-process',
  'filter.lfs.required=true',
  'lfs.url=file:///dev/null/nowhere',
  'lfs.pushurl=file:///dev/null/nowhere',
  'lfs.fetchinclude=',
  'lfs.fetchexclude=',
  'lfs.gitprotocol=https',
  'lfs.locksverify=false',
  'lfs.setlockablereadonly=false',
  'lfs.skipdownloaderrors=false',
  'lfs.standalonetransferagent=',
].flatMap((setting) => ['-c', setting]);

/** Variables of commands in the worktrees of a clone; none before the clone had an object. */
export const commandVariables = (gitDir: string): Readonly<Record<string, string>> =>
  existsSync(lfsStorePath(gitDir)) ? COMMAND_SETTINGS : {};

/**
 * For the git of commands, whose repository is not to be written: a changed file is made an object in their own /tmp, to
 * be compared, and nobody keeps that.
 */
const COMMAND_SETTINGS: Readonly<Record<string, string>> = {
  GIT_CONFIG_COUNT: '2',
  GIT_CONFIG_KEY_0: 'filter.lfs.clean',
  GIT_CONFIG_VALUE_0: 'git -c "lfs.storage=${TMPDIR:-/tmp}/git-lfs" lfs clean -- %f',
  GIT_CONFIG_KEY_1: 'filter.lfs.smudge',
  GIT_CONFIG_VALUE_1: 'git-lfs smudge -- %f',
};

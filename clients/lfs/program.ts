/** The real git-lfs: whether it is installed, and how git is told to use it and nothing that a tree says of it. */
import { existsSync } from 'node:fs';
import { ExecError, exec, inheritedEnvironment } from '../../exec.ts';
import { finalFailure } from '../failures.ts';
import { lfsStorePath } from '../git/names.ts';

/** Programs do not go away while a process runs; one that is missing may be installed. */
const INSTALLED = new Set<string>();

async function isInstalled(): Promise<boolean> {
  const { PATH = '' } = inheritedEnvironment(['PATH']);
  if (INSTALLED.has(PATH)) return true;
  try {
    await exec({ file: 'git-lfs', args: ['version'] });
  } catch (error) {
    if (error instanceof ExecError && error.notFound) return false;
    throw error;
  }
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

/** As in the bare clone, by the folder that git has for a worktree in it: so that git-lfs finds no .lfsconfig of a tree. */
const PROCESS = 'unset GIT_WORK_TREE GIT_INDEX_FILE; GIT_DIR="$GIT_DIR/../.." exec git-lfs filter-process';

/**
 * For each git command that writes files from a tree or a tree from files. All that could lead git-lfs elsewhere is said
 * here too: objects are brought and sent by the factory, so it never has to look for any.
 */
export const FILTER_SETTINGS: readonly string[] = [
  `filter.lfs.process=${PROCESS}`,
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

/**
 * Variables of commands in the worktrees of a clone: those of factory.yaml, and once the clone had an object, settings of
 * git numbered after the ones that these may hold already.
 */
export function commandVariables(gitDir: string, own: Variables): Variables {
  if (!existsSync(lfsStorePath(gitDir))) return own;
  const first = Number(own.GIT_CONFIG_COUNT ?? 0);
  // Git refuses such a count by itself.
  if (!Number.isSafeInteger(first) || first < 0) return own;
  const numbered = COMMAND_SETTINGS.flatMap(([key, value], i) => [
    [`GIT_CONFIG_KEY_${first + i}`, key],
    [`GIT_CONFIG_VALUE_${first + i}`, value],
  ]);
  const count = String(first + COMMAND_SETTINGS.length);
  return { ...own, ...Object.fromEntries(numbered), GIT_CONFIG_COUNT: count };
}

type Variables = Readonly<Record<string, string>>;

/**
 * For the git of commands, whose repository is not to be written: a changed file is made an object in their own /tmp, to
 * be compared, and nobody keeps that.
 */
const COMMAND_SETTINGS = [
  ['filter.lfs.clean', 'git -c lfs.storage=/tmp/git-lfs lfs clean -- %f'],
  ['filter.lfs.smudge', 'git-lfs smudge -- %f'],
] as const;

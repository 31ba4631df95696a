/**
 * The only caller of git. Where git works is always said in full (GIT_DIR, GIT_WORK_TREE, GIT_INDEX_FILE) and no
 * configuration but the clone's own is read, so that nothing in a tree that an agent wrote can lead it: no hooks,
 * filters, signing programs, external diffs, editors or prompts.
 */
import { existsSync, statSync, unlinkSync } from 'node:fs';
import { uptime } from 'node:os';
import type { ApplicationFailure } from '@temporalio/common';
import { ExecError, type ExecResult, exec } from '../../exec.ts';
import { failure, finalFailure } from '../failures.ts';
import { progressReporter } from '../progress.ts';
import { gitFailure, readGitMessage } from './failures.ts';
import { readProgress, withoutProgress } from './progress.ts';

/** A git dir, with a work tree and an index where a command needs them. */
export interface GitRepo {
  readonly gitDir: string;
  readonly workTree?: string;
  readonly indexFile?: string;
  /** Patterns that are ignored here besides the tree's own; the file may be missing. */
  readonly excludesFile?: string;
  /** Ends the git commands of an activity that was cancelled. */
  readonly signal?: AbortSignal | undefined;
}

export interface GitOptions {
  readonly input?: string;
  /** How long it may go without progress. */
  readonly idleMs?: number;
  /** It was told to say how far it is, which goes into the activity's heartbeats. */
  readonly showsProgress?: boolean;
  readonly maxBytes?: number;
  /** Lets a reading command note in the index what it learnt of the files. */
  readonly mayRefreshIndex?: boolean;
  /** On top of git's own: how a remote is reached. */
  readonly env?: Readonly<Record<string, string | undefined>>;
  /** Commits are dated and signed by this person. */
  readonly author?: Author;
  /** Git's own `-c` arguments, stronger than ours. */
  readonly settings?: readonly string[];
}

export interface Author {
  readonly name: string;
  readonly email: string;
}

export const FACTORY_AUTHOR: Author = { name: 'FactoryFactory', email: 'factory@localhost' };

/** Without output, CPU time or disk: a checkout of any size goes on for as long as it takes, one that hangs is ended. */
const LOCAL_IDLE_MS = 60_000;
/** The other side may think for a while; one that has not said anything for so long has most likely gone away. */
const REMOTE_IDLE_MS = 180_000;
/** For commands that bring objects from a remote or to it, with `--progress`. */
export const TRANSFER = { idleMs: REMOTE_IDLE_MS, showsProgress: true } as const;
/** For short questions to a remote. */
export const ASKING = { idleMs: REMOTE_IDLE_MS } as const;
// Only short commands hold the locks that are met here; what checks out a whole tree is asked for by its process.
const STALE_LOCK_MS = 300_000;

// Stronger than the repository's own configuration, which an agent without a sandbox could have written.
const SETTINGS = [
  'advice.detachedHead=false',
  'core.attributesFile=/dev/null',
  'core.autocrlf=false',
  'core.excludesFile=/dev/null',
  'core.fsmonitor=false',
  'core.hooksPath=/dev/null',
  'core.quotePath=false',
  'core.sshCommand=ssh -o BatchMode=yes',
  'commit.gpgSign=false',
  'credential.interactive=false',
  'diff.external=',
  'diff.ignoreSubmodules=all',
  'fetch.recurseSubmodules=false',
  'gc.auto=0',
  'init.defaultBranch=main',
  'maintenance.auto=false',
  'merge.conflictStyle=merge',
  'merge.renames=true',
  'pack.threads=1',
  'protocol.ext.allow=never',
  'push.gpgSign=false',
  'push.recurseSubmodules=no',
  'submodule.recurse=false',
  'tag.gpgSign=false',
].flatMap((setting) => ['-c', setting]);

/** Without a work tree no attributes count; git 2.43 to 2.45 would take those of a bare repository's HEAD. */
const WITHOUT_TREE = ['-c', 'attr.tree=4b825dc642cb6eb9a060e54bf8d69288fbee4904'];

const ENVIRONMENT = {
  LC_ALL: 'C',
  LANG: undefined,
  LC_CTYPE: undefined,
  GIT_ALLOW_PROTOCOL: 'file:git:http:https:ssh',
  GIT_ATTR_NOSYSTEM: '1',
  GIT_CONFIG_GLOBAL: '/dev/null',
  GIT_CONFIG_NOSYSTEM: '1',
  GIT_DEFAULT_HASH: 'sha1',
  GIT_DEFAULT_REF_FORMAT: 'files',
  GIT_EDITOR: ':',
  GIT_NO_REPLACE_OBJECTS: '1',
  GIT_PAGER: 'cat',
  GIT_TERMINAL_PROMPT: '0',
};

/** Runs git and returns what it printed; anything but exit code 0 is thrown as a failure of our vocabulary. */
export async function git(repo: GitRepo, args: readonly string[], options: GitOptions = {}): Promise<string> {
  const result = await gitResult(repo, args, options);
  if (result.exitCode === 0 && !result.truncated) return result.stdout;
  throw gitFailure(args, result.exitCode, result.truncated ? 'it printed more than is read' : result.stderr);
}

/** Runs git where an exit code is an answer. A lock that no living git can hold is taken away once. */
export async function gitResult(repo: GitRepo, args: readonly string[], options: GitOptions = {}): Promise<ExecResult> {
  const result = await run(repo, args, options);
  if (result.exitCode === 0 || !removeStaleLock(result.stderr)) return result;
  return await run(repo, args, options);
}

async function run(repo: GitRepo, args: readonly string[], options: GitOptions): Promise<ExecResult> {
  const { author = FACTORY_AUTHOR, idleMs = LOCAL_IDLE_MS, showsProgress = false, settings = [] } = options;
  const report = showsProgress ? progressReporter() : undefined;
  const onStderr = (text: string) => {
    const progress = readProgress(text);
    if (progress !== undefined) report?.(progress);
  };
  try {
    const result = await exec({
      file: 'git',
      args: [...SETTINGS, ...(repo.workTree === undefined ? WITHOUT_TREE : excluding(repo)), ...settings, ...args],
      cwd: repo.workTree ?? repo.gitDir,
      env: {
        ...ENVIRONMENT,
        GIT_OPTIONAL_LOCKS: options.mayRefreshIndex === true ? '1' : '0',
        GIT_DIR: repo.gitDir,
        GIT_WORK_TREE: repo.workTree,
        GIT_INDEX_FILE: repo.indexFile,
        GIT_AUTHOR_NAME: author.name,
        GIT_AUTHOR_EMAIL: author.email,
        GIT_COMMITTER_NAME: author.name,
        GIT_COMMITTER_EMAIL: author.email,
        ...options.env,
      },
      ...(options.input === undefined ? {} : { input: options.input }),
      ...(options.maxBytes === undefined ? {} : { maxBytes: options.maxBytes }),
      idleMs,
      ...(showsProgress ? { onStderr } : {}),
      signal: repo.signal,
    });
    if (result.timedOut) throw gitFailure(args, result.exitCode, stalled(idleMs));
    if (result.exitCode !== 0) refuseGone(repo);
    return showsProgress ? { ...result, stderr: withoutProgress(result.stderr) } : result;
  } catch (error) {
    if (!(error instanceof ExecError)) throw error;
    if (error.notFound) throw finalFailure('GitFailed', 'git is not installed on this host; install git 2.38 or newer');
    refuseGone(repo, error);
    throw finalFailure('GitNotStarted', error.message, { cause: error });
  } finally {
    report?.(undefined);
  }
}

export const worktreeGone = (path: string, cause?: unknown): ApplicationFailure =>
  finalFailure('WorktreeGone', `The worktree ${path} is gone; it is made again from its last checkpoint`, { cause });

/** Words of git about a folder that somebody deleted meanwhile would lead elsewhere. */
function refuseGone({ workTree, gitDir }: GitRepo, cause?: unknown): void {
  const missing = [workTree, gitDir].find((path) => path !== undefined && !existsSync(path));
  if (missing === undefined) return;
  if (workTree !== undefined) throw worktreeGone(workTree, cause);
  throw failure('GitFailed', `${gitDir} was deleted meanwhile; the next try makes it again`, { cause });
}

const stalled = (idleMs: number): string =>
  `${idleMs === REMOTE_IDLE_MS ? 'the connection' : 'it'} made no progress for ${idleMs / 1_000} s`;

const excluding = ({ excludesFile }: GitRepo): string[] =>
  excludesFile === undefined ? [] : ['-c', `core.excludesFile=${excludesFile}`];

// A git that died with its machine leaves its lock for ever; one that still runs is younger than any time limit.
function removeStaleLock(stderr: string): boolean {
  const known = readGitMessage(stderr);
  const lock = known?.kind === 'locked' ? known.pattern.exec(stderr)?.[1] : undefined;
  const madeAt = lock === undefined ? undefined : statSync(lock, { throwIfNoEntry: false })?.mtimeMs;
  if (lock === undefined || madeAt === undefined) return lock !== undefined;
  const beforeBoot = madeAt < Date.now() - uptime() * 1_000;
  if (!beforeBoot && madeAt > Date.now() - STALE_LOCK_MS) return false;
  unlinkSync(lock);
  return true;
}

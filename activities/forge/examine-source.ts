/**
 * Whether the person's own repository can be worked on, and at which base branch: read only, so that `doctor` says what an
 * epic would be told.
 */
import { constants } from 'node:fs';
import { access, readFile, realpath } from 'node:fs/promises';
import { dirname, join, resolve } from 'node:path';
import { finalFailure } from '../../clients/failures.ts';
import { type GitRepo, git, gitResult } from '../../clients/git/git.ts';
import { exists } from '../../clients/read-if-there.ts';
import type { Source } from './source.ts';

export interface ExaminedSource {
  /** Where git reads it. */
  readonly repo: GitRepo;
  readonly baseBranch: string;
  readonly headSha: string;
}

const SETTING = 'set GIT_BASE_BRANCH, or baseBranch in FACTORY_CONFIG or of the epic';

/**
 * Fails RepositoryMissing, RepositoryUnsupported, BaseBranchMissing, NotPermitted (final), each with what helps. Without
 * `wanted` the base is the branch that HEAD is on, unless that is plainly somebody's working branch.
 */
export async function examineSource(
  source: Source,
  wanted: string | undefined,
  signal?: AbortSignal,
): Promise<ExaminedSource> {
  const { path } = source;
  const gitDir = await findGitDir(path);
  const common = await commonDir(gitDir);
  const repo: GitRepo = { gitDir, signal };
  const unsupported = (what: string) => finalFailure('RepositoryUnsupported', `${path} ${what}`);
  const setting = async (pattern: string) =>
    (await gitResult(repo, ['config', '--file', join(common, 'config'), '--get-regexp', pattern])).stdout.trim();
  if ((await setting('^extensions\\.objectformat$')).endsWith(' sha256')) {
    throw unsupported('names its objects by SHA-256, which is not supported yet; use a repository with SHA-1');
  }
  if ((await readText(join(common, 'shallow'))) !== '') {
    throw unsupported(
      'is a shallow clone and lacks a part of its history; run git fetch --unshallow there, or clone it whole',
    );
  }
  if ((await setting('^(extensions\\.partialclone|remote\\..*\\.promisor)$')) !== '') {
    throw unsupported('is a partial clone and lacks some of its files; clone it whole');
  }
  if (/\sfilter=/.test(await readText(join(common, 'info', 'attributes')))) {
    throw unsupported('names a filter in .git/info/attributes, which no clone has; write it into .gitattributes');
  }
  await access(common, constants.W_OK).catch(() => {
    throw finalFailure('NotPermitted', `${common} cannot be written; give the user of the worker process that right`);
  });
  const baseBranch = wanted ?? source.baseBranch ?? (await chooseBase(repo, path));
  const head = await commitOf(repo, `refs/heads/${baseBranch}`);
  if (head === undefined) {
    const words = `${path} has no commit on a branch "${baseBranch}"`;
    throw finalFailure('BaseBranchMissing', `${words}; make a first commit there, or name another base: ${SETTING}`);
  }
  await refuseTakenNames(repo, path);
  return { repo, baseBranch, headSha: head };
}

/** The folder with its objects and refs. A folder within a repository is none. */
export async function findGitDir(path: string): Promise<string> {
  const there = await realpath(path).catch(() => undefined);
  if (there === undefined) {
    throw finalFailure('RepositoryMissing', `There is no repository at ${path}; check GIT_BASE_REPO_PATH`);
  }
  const own = await gitDirAt(there);
  if (own !== undefined) return own;
  for (let above = dirname(there); above !== dirname(above); above = dirname(above)) {
    if ((await gitDirAt(above)) === undefined) continue;
    throw finalFailure(
      'RepositoryMissing',
      `${path} is a folder inside the repository ${above}; set GIT_BASE_REPO_PATH to ${above}`,
    );
  }
  throw finalFailure('RepositoryMissing', `${path} is not a git repository; git init it, or name another folder`);
}

async function gitDirAt(folder: string): Promise<string | undefined> {
  const inside = join(folder, '.git');
  // A linked worktree has a file there.
  const link = /^gitdir: (.+)$/m.exec(await readText(inside))?.[1];
  const candidates = [...(link === undefined ? [] : [resolve(folder, link)]), inside, folder];
  for (const candidate of candidates) {
    const parts = await Promise.all(['HEAD', 'objects'].map((name) => exists(join(candidate, name))));
    if (parts[0] && (parts[1] || (await readText(join(candidate, 'commondir'))) !== '')) return candidate;
  }
  return undefined;
}

/** The folder that a linked worktree shares with the others. */
export async function commonDir(gitDir: string): Promise<string> {
  const common = (await readText(join(gitDir, 'commondir'))).trim();
  return common === '' ? gitDir : resolve(gitDir, common);
}

const readText = (path: string): Promise<string> => readFile(path, 'utf8').catch(() => '');

/** Never by a short name: a tag may have the same. */
async function commitOf(repo: GitRepo, ref: string): Promise<string | undefined> {
  const { stdout } = await gitResult(repo, ['rev-parse', '--verify', '--quiet', '--end-of-options', `${ref}^{commit}`]);
  return stdout.trim() || undefined;
}

async function chooseBase(repo: GitRepo, path: string): Promise<string> {
  const headOf = async (ref: string, prefix: string) => {
    const target = (await gitResult(repo, ['symbolic-ref', '--quiet', ref])).stdout.trim();
    return target.startsWith(prefix) ? target.slice(prefix.length) : undefined;
  };
  const current = await headOf('HEAD', 'refs/heads/');
  if (current === undefined) {
    throw finalFailure(
      'BaseBranchMissing',
      `HEAD of ${path} is on no branch, so it names no base; check one out, or ${SETTING}`,
    );
  }
  const isBare = (await git(repo, ['config', '--bool', '--default', 'false', 'core.bare'])).trim() === 'true';
  if (isBare) return current;
  const origins = await headOf('refs/remotes/origin/HEAD', 'refs/remotes/origin/');
  for (const main of origins === undefined ? ['main', 'master'] : [origins]) {
    if (main === current) return current;
    if ((await commitOf(repo, `refs/heads/${main}`)) === undefined) continue;
    const words = `${path} has "${current}" checked out, while "${main}" looks like its base branch`;
    throw finalFailure('BaseBranchMissing', `${words}; check out the base, or say which it is: ${SETTING}`);
  }
  return current;
}

/** A branch `factory` leaves no room for `factory/<epic>/result`, nor does `factory/x` for those of an epic called x. */
async function refuseTakenNames(repo: GitRepo, path: string): Promise<void> {
  const listed = await git(repo, ['for-each-ref', '--format=%(refname:lstrip=2)', 'refs/heads/factory']);
  const taken = listed.split('\n').find((name) => name !== '' && name.split('/').length < 3);
  if (taken === undefined) return;
  throw finalFailure(
    'RepositoryUnsupported',
    `${path} has a branch ${taken}, which stands where the branches factory/… of the factory go; rename it: git branch -m ${taken} another-name`,
  );
}

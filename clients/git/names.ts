/** Every branch, ref, folder and tmux session that is named after an epic or task: made here, and unable to collide. */
import { join } from 'node:path';
import { finalFailure } from '../failures.ts';

/** What stands for the epic itself where a task's key would; no task may be called so. */
export const EPIC_NAME = 'epic';

const NAME = /^[a-z0-9]([a-z0-9-]{0,98}[a-z0-9])?$/;

// Names become paths and refs, and workflows can be started by hand with anything in them.
function validName(name: string): string {
  if (NAME.test(name)) return name;
  throw finalFailure('InvalidInput', `"${name}" cannot name a branch or folder: use a-z, 0-9 and "-"`);
}

export const epicBranch = (epicId: string): string => `factory/${validName(epicId)}/epic`;
export const taskBranch = (epicId: string, taskKey: string): string =>
  `factory/${validName(epicId)}/${validName(taskKey)}`;
/** The finished work of an epic, in a source repository whose base branch is checked out. */
export const resultBranch = (epicId: string): string => `factory/${validName(epicId)}/result`;

/** Reads the epic and task out of a branch of ours; `taskKey` is left out for the epic's own branch. */
export function parseBranch(branch: string): { epicId: string; taskKey?: string } | undefined {
  const [factory, epicId, name, ...rest] = branch.split('/');
  if (factory !== 'factory' || !epicId || !name || rest.length > 0) return undefined;
  return name === EPIC_NAME ? { epicId } : { epicId, taskKey: name };
}

/** What the names of all checkpoint chains of an epic begin with. */
export const chainsOf = (epicId: string): string => `refs/factory/checkpoints/${validName(epicId)}/`;

export interface ChainRefs {
  /** The checkpoint chain, under the same name on the forge and on the host. */
  readonly chain: string;
  /** The forge's chain as this host last fetched it. */
  readonly fetched: string;
  /** What this placement last put on the forge, and so expects to find there: the lease. */
  readonly pushed: string;
}

/** The checkpoint chain of a task, or of the epic when `taskKey` is left out, as a placement sees it. */
export function chainRefs(epicId: string, taskKey: string | undefined, epoch: number): ChainRefs {
  const name = validName(taskKey ?? EPIC_NAME);
  const path = `${validName(epicId)}/${name}`;
  return {
    chain: `${chainsOf(epicId)}${name}`,
    fetched: `refs/factory/fetched/${path}`,
    pushed: `refs/factory/pushed/${path}/${epoch}`,
  };
}

/** Keeps reachable what a placement left in a branch that went on elsewhere. */
export const keptRef = (epicId: string, taskKey: string, epoch: number): string =>
  `refs/factory/kept/${validName(epicId)}/${validName(taskKey)}/${epoch}`;

/** A branch of the forge as a host last fetched it. */
export const remoteBranchRef = (branch: string): string => `refs/remotes/forge/${branch}`;

/** A repository's name is configured or a folder's name; `%` keeps what a path cannot hold apart. */
function folderOf(repository: string): string {
  const name = encodeURIComponent(repository);
  return name.startsWith('.') ? `%2E${name.slice(1)}` : name;
}

/** The local forge's bare mirror. */
export const mirrorPath = (stateDir: string, repository: string): string =>
  join(stateDir, 'forge', `${folderOf(repository)}.git`);

/** A folder for each host that has this state folder. */
export const hostsPath = (stateDir: string): string => join(stateDir, 'hosts');

/** Where a bare repository keeps objects of Git LFS, as git-lfs has it. */
export const lfsStorePath = (gitDir: string): string => join(gitDir, 'lfs');

/** The bare clone that a host's worktrees hang on. */
export const clonePath = (stateDir: string, host: string, repository: string): string =>
  join(clonesFolder({ stateDir, host }), `${folderOf(repository)}.git`);

/** The bare clones of a host. */
export const clonesFolder = ({ stateDir, host }: Pick<WorktreeBase, 'stateDir' | 'host'>): string =>
  join(hostsPath(stateDir), folderOf(host), 'repositories');

/** The bare clones of submodules, whatever repository they are part of. */
export const submodulesPath = (stateDir: string, host: string): string =>
  join(hostsPath(stateDir), folderOf(host), 'submodules');

export interface WorktreeBase {
  readonly stateDir: string;
  readonly host: string;
  /** GIT_WORKTREE_BASE. */
  readonly worktreeBase?: string | undefined;
}

export const worktreesFolder = ({ stateDir, host, worktreeBase }: WorktreeBase): string =>
  worktreeBase ?? join(stateDir, 'hosts', folderOf(host), 'worktrees');

/** The worktree of a task. */
export const taskWorktreePath = (base: WorktreeBase, epicId: string, taskKey: string): string =>
  join(worktreesFolder(base), validName(epicId), validName(taskKey));

/** A worktree on no branch, for plan, review and integration; the dot keeps it apart from every task's. */
export const detachedWorktreePath = (base: WorktreeBase, epicId: string, name: string): string =>
  join(worktreesFolder(base), validName(epicId), `${validName(name)}${DETACHED}`);

/** Stands for an epic's id in what belongs to no epic; the "_" keeps it apart from all of them. */
export const OF_NO_EPIC = '_verify';

/** A worktree that verifications take in turn, whatever epic they are of. */
export const verificationPath = (base: WorktreeBase, repository: string, number: number): string =>
  join(worktreesFolder(base), OF_NO_EPIC, folderOf(base.host), folderOf(repository), String(number));

const DETACHED = '.detached';
export const isDetachedPath = (worktree: string): boolean => worktree.endsWith(DETACHED);

/** The journals of a host: a folder for each epic. */
export const journalsFolder = ({ stateDir, host }: Pick<WorktreeBase, 'stateDir' | 'host'>): string =>
  join(hostsPath(stateDir), folderOf(host), 'journal');

/** The journals of a task, or of the epic's own agents. */
export const taskJournals = (base: WorktreeBase, epicId: string, taskKey: string | undefined): string =>
  join(journalsFolder(base), validName(epicId), validName(taskKey ?? EPIC_NAME));

/** The journal of a durable command. */
export const journalPath = (base: WorktreeBase, epicId: string, taskKey: string | undefined, command: string): string =>
  join(taskJournals(base, epicId, taskKey), validName(command));

/** The home of set-up and of a Worker's commands in a task's worktree: what one leaves there is there for the next. */
export const taskHome = (base: WorktreeBase, { epicId, taskKey }: { epicId: string; taskKey?: string }): string =>
  journalPath(base, epicId, taskKey, 'home');

/** The tmux session of a task or epic. Neither part can hold a "." or ":", which tmux would read as its own. */
export const tmuxSession = (epicId: string, taskKey: string | undefined): string =>
  `${validName(epicId)}/${validName(taskKey ?? EPIC_NAME)}`;

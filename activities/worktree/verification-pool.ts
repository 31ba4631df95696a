/**
 * The worktrees of a host and repository that verifications take in turn. One is taken under a lock that dies with its
 * process; a command that outlives the process keeps it for the next try of the same verification.
 */
import { randomUUID } from 'node:crypto';
import { existsSync } from 'node:fs';
import { mkdir, readdir, rm, stat } from 'node:fs/promises';
import { join } from 'node:path';
import { log } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import { passingFailure } from '../../clients/failures.ts';
import { withFreeLock, withLock } from '../../clients/git/lock.ts';
import { OF_NO_EPIC, verificationPath } from '../../clients/git/names.ts';
import { readCommit } from '../../clients/git/refs.ts';
import { type Clone, type GitHost, openRepository, replaceFile } from '../../clients/git/repository.ts';
import { realPath } from '../../clients/git/worktree-folder.ts';
import { readNoteIfThere } from '../../clients/read-if-there.ts';
import type { KnownBase } from '../../workflows/contract/base.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { emptyHome, homeIn, keepHome, restoreHome } from './kept-home.ts';
import { mayServe, OF_BASE, type Products, type SetUpKey } from './kept-set-up.ts';
import { haveSameBasis, isLaid, layCommit, noteProducts } from './lay-commit.ts';
import { deleteWorktree, readState, worktreeAt } from './worktree-state.ts';

export interface TakeInput {
  readonly repository: string;
  readonly commitSha: string;
  /** The verification: all tries of it take up what an earlier one has begun. */
  readonly owner: string;
  readonly setUp: SetUpKey | undefined;
  /** The commit of the base that is set up first where that can serve this one, and then serves the commits of all. */
  readonly sharedAt?: string | undefined;
  /** What its submodules are read by. */
  readonly base?: KnownBase | undefined;
  /** Whether the command of this journal still runs. */
  readonly isRunning: (journalDir: string) => Promise<boolean>;
  readonly signal: AbortSignal;
}

/** A worktree that holds one commit, and nobody else's for as long as `work` of `withCleanTree` runs. */
export interface CleanTree {
  readonly path: string;
  /** Where its commands have their home. */
  readonly home: string;
  /** Names this laying of the commit: what ran in another one says nothing of it. */
  readonly laying: string;
  readonly isSetUp: () => boolean;
  /** Whether the commit of the base is laid here: set that up first, then call `layOwn`. */
  readonly isOfBase: () => boolean;
  /** Lays the commit itself; false when that has to be begun again. */
  readonly layOwn: () => Promise<boolean>;
  /** To be called before a command begins. */
  readonly begins: (journalDir: string) => Promise<void>;
  /** To be called when set-up has succeeded. */
  readonly noteSetUp: () => Promise<void>;
  /** To be called when set-up has failed on the commit of the base, where it is not tried again here. */
  readonly noteFailed: () => Promise<void>;
  /** The next to take it lays the commit again, this verification too. */
  readonly discard: () => Promise<void>;
  /** Fails when somebody deleted it meanwhile, or took it because this process did not move for a while. */
  readonly refuseLost: () => Promise<void>;
}

/** What is remembered of a worktree. */
interface Slot {
  readonly owner?: string;
  readonly commitSha?: string;
  readonly laying?: string;
  readonly isSetUp?: boolean;
  readonly isOfBase?: boolean;
  /** The set-up that leaves more on the base than may be kept, so that it cannot serve others. */
  readonly leavesMore?: string;
  /** The set-up and the commit of the base that it failed on. */
  readonly failedOn?: string;
  /** The last command. */
  readonly journalDir?: string;
  readonly products?: Products;
}

const IDLE_MS = 24 * 3_600_000;

/** Runs `work` alone in a worktree that holds exactly the commit. */
export async function withCleanTree<T>(
  host: GitHost,
  input: TakeInput,
  work: (tree: CleanTree) => Promise<T>,
): Promise<T> {
  const { repository, owner, setUp, signal } = input;
  const bare = { ...(await openRepository(host, repository, signal)), base: input.base };
  const folder = folderOf(bare);
  const slots = await readSlots(folder);
  const run = async (number: number) => {
    const path = await realPath(host, verificationPath(host, repository, number));
    const home = homeFolder(folder, number);
    const tree = await open(bare, { ...input, file: slotFile(folder, number), path, home });
    return tree === undefined ? undefined : { result: await work(tree) };
  };
  try {
    const own = slots.find(({ slot }) => slot.owner === owner);
    const resumed = own && (await withLock(lockFile(folder, own.number), () => run(own.number), signal));
    if (resumed !== undefined) return resumed.result;
    const isFit = ({ slot }: { slot: Slot }) => Number(mayServe(slot.products, setUp));
    const order = slots.toSorted((a, b) => isFit(b) - isFit(a) || a.number - b.number).map(({ number }) => number);
    for (let at = 0; ; at++) {
      const number = order[at] ?? firstUnused(order);
      if (at >= order.length) order.push(number);
      const taken = await withFreeLock(lockFile(folder, number), () => run(number));
      if (taken?.result === undefined) continue;
      try {
        await removeIdle(host, bare, repository, slots);
      } catch (error) {
        // The verification has ended; the next one tries again.
        if (signal.aborted) throw error;
        log.warn('An idle worktree for verification cannot be removed', { error });
      }
      return taken.result.result;
    }
  } catch (error) {
    const isGone = error instanceof ApplicationFailure && error.type === 'WorktreeGone';
    if (isGone) throw passingFailure('GitFailed', 'The worktree for verification was deleted; it is made again');
    throw error;
  }
}

/** Undefined when another verification's command still runs there. */
async function open(
  bare: Clone,
  { file, path, home, ...input }: TakeInput & { readonly file: string; readonly path: string; readonly home: string },
): Promise<CleanTree | undefined> {
  const { owner, commitSha, setUp, sharedAt, isRunning } = input;
  let slot = await readSlot(file);
  const write = async (next: Slot) => {
    await replaceFile(file, JSON.stringify(next));
    slot = next;
  };
  const onBase = `${setUp?.key} ${sharedAt}`;
  const free = () => {
    const { products, leavesMore, failedOn } = slot;
    return write(defined({ products, leavesMore, failedOn }));
  };
  const lay = async (sha: string, isOfBase = false): Promise<boolean> => {
    const { products, leavesMore, failedOn } = slot;
    // Nobody's while it is neither the one commit nor the other.
    await free();
    const laid = await layCommit(bare, path, await readCommit(bare, sha), { setUp, products });
    const kept = laid !== undefined && (await restoreHome(home)) ? laid : undefined;
    // What another commit's set-up left there would be part of this one's evidence.
    if (kept === undefined && !(await emptyHome(home))) return false;
    const isSetUp = !isOfBase && (setUp === undefined || kept?.isAll === true);
    const known = { owner, commitSha, laying: randomUUID().slice(0, 8), isSetUp, isOfBase };
    await write({ ...known, ...defined({ products: kept, leavesMore, failedOn }) });
    return true;
  };
  const mayShare = async (): Promise<boolean> =>
    setUp !== undefined &&
    sharedAt !== undefined &&
    slot.leavesMore !== setUp.key &&
    slot.failedOn !== onBase &&
    (await haveSameBasis(bare, [commitSha, sharedAt], setUp.basis));
  const isOwn = slot.owner === owner && slot.commitSha === commitSha && slot.laying !== undefined;
  if (!isOwn && slot.journalDir !== undefined && (await isRunning(slot.journalDir))) return undefined;
  if (!isOwn || !(await isLaid(bare, path))) {
    if (!(await lay(commitSha))) return undefined;
    const isToShare = slot.isSetUp !== true && slot.products === undefined && (await mayShare());
    if (isToShare && !(await lay(sharedAt as string, true))) return undefined;
  }
  return {
    path,
    home: homeIn(home),
    get laying() {
      return slot.laying as string;
    },
    isSetUp: () => slot.isSetUp === true,
    isOfBase: () => slot.isOfBase === true,
    layOwn: () => lay(commitSha),
    begins: (journalDir) => write({ ...slot, journalDir }),
    async noteSetUp() {
      const { products: _, isOfBase = false, ...rest } = slot;
      const of = setUp === undefined || !isOfBase ? setUp : { ...setUp, scope: OF_BASE };
      const noted = of === undefined ? undefined : await noteProducts(bare, path, of);
      const made = noted !== undefined && (await keepHome(home)) ? noted : undefined;
      const leavesMore = isOfBase && made?.isAll !== true ? setUp?.key : rest.leavesMore;
      await write({ ...rest, isOfBase, isSetUp: !isOfBase, ...defined({ products: made, leavesMore }) });
    },
    noteFailed: () => write({ ...slot, failedOn: onBase }),
    discard: free,
    async refuseLost() {
      const isOurs = (await readSlot(file)).laying === slot.laying && existsSync(path);
      if (!isOurs)
        throw passingFailure('CommandInterrupted', `${path} was taken or deleted meanwhile; it is tried again`);
    },
  };
}

/** Beside the clone, where no command sees it. */
const folderOf = (bare: Clone): string => `${bare.gitDir}.verification`;
const slotFile = (folder: string, number: number): string => join(folder, `${number}.json`);
const homeFolder = (folder: string, number: number): string => join(folder, `${number}.home`);
const lockFile = (folder: string, number: number): string => join(folder, `${number}.lock`);

const readSlot = async (file: string): Promise<Slot> => (await readNoteIfThere<Slot>(file)) ?? {};

async function readSlots(folder: string): Promise<{ readonly number: number; readonly slot: Slot }[]> {
  await mkdir(folder, { recursive: true });
  const numbers = (await readdir(folder)).flatMap((name) => {
    const number = /^(\d+)\.json$/.exec(name)?.[1];
    return number === undefined ? [] : [Number(number)];
  });
  return await Promise.all(numbers.map(async (number) => ({ number, slot: await readSlot(slotFile(folder, number)) })));
}

function firstUnused(numbers: readonly number[]): number {
  for (let number = 1; ; number++) if (!numbers.includes(number)) return number;
}

/** Removes idle worktrees, but keeps as many as were in use at once within the last day. */
async function removeIdle(
  host: GitHost,
  bare: Clone,
  repository: string,
  slots: readonly { readonly number: number }[],
): Promise<void> {
  const folder = folderOf(bare);
  for (const { number } of slots) {
    const file = slotFile(folder, number);
    const usedAt = (await stat(file).catch(() => undefined))?.mtimeMs ?? Date.now();
    if (Date.now() - usedAt < IDLE_MS) continue;
    await withFreeLock(lockFile(folder, number), async () => {
      const path = await realPath(host, verificationPath(host, repository, number));
      const { repo } = worktreeAt(bare, OF_NO_EPIC, path);
      await deleteWorktree(repo, path, await readState(repo.gitDir));
      await emptyHome(homeFolder(folder, number));
      await rm(file, { force: true });
    });
  }
}

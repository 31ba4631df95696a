/** Reads from git what `leftovers.ts` judges: the files that a change adds with their sizes, and where its links lead. */
import { type GitRepo, git } from '../../clients/git/git.ts';
import { readLoose } from '../../clients/git/objects.ts';
import type { Leftovers } from '../../workflows/contract/change.ts';
import { mayBeProduct } from './build-products.ts';
import { type ChangedFile, shownPath } from './changed-files.ts';
import { type AddedFile, findLeftovers, LARGE_BYTES, leadsOutside } from './leftovers.ts';

const MOST_NAMES_BYTES = 64 << 20;
const MOST_LINKS = 20_000;
const MOST_PATHS = 1_000;
const MOST_OUTSIDE = 50;

export async function readLeftovers(
  bare: GitRepo,
  {
    files,
    baseSha,
    headSha,
    criteria,
  }: { files: readonly ChangedFile[]; baseSha: string; headSha: string; criteria: string },
): Promise<Leftovers> {
  const added = files.filter(({ status, after }) => status === 'added' && after.mode.startsWith('10'));
  const sizes = await readSizes(
    bare,
    added.map(({ after }) => after.blob),
  );
  const large = added.filter(({ after }) => (sizes.get(after.blob) ?? 0) > LARGE_BYTES).map(({ path }) => path);
  const binaries = await readBinaries(bare, { baseSha, headSha, paths: large });
  const known = added.some(({ path }) => mayBeProduct(path)) ? await trackedPaths(bare, baseSha) : [];
  const groups = findLeftovers({
    added: added.map(
      ({ path, after }): AddedFile => ({ path, bytes: sizes.get(after.blob) ?? 0, isBinary: binaries.has(path) }),
    ),
    tracked: () => known,
    criteria,
  });
  const outside = await readOutside(bare, files);
  return { ...(groups.length === 0 ? {} : { groups }), ...(outside.length === 0 ? {} : { outside }) };
}

/** So many blobs are read without a process, as long as they are loose: new ones are. */
const FEW_BLOBS = 50;

async function readSizes(bare: GitRepo, blobs: readonly string[]): Promise<Map<string, number>> {
  const sizes = new Map<string, number>();
  const few = blobs.length <= FEW_BLOBS ? blobs : [];
  for (const blob of new Set(few)) {
    const content = await readLoose(bare, blob, 'blob');
    if (content !== undefined) sizes.set(blob, content.length);
  }
  const others = new Set(blobs.filter((blob) => !sizes.has(blob)));
  if (others.size === 0) return sizes;
  const input = `${[...others].join('\n')}\n`;
  const lines = (await git(bare, ['cat-file', '--batch-check=%(objectname) %(objectsize)'], { input })).split('\n');
  for (const line of lines) {
    const [blob = '', size] = line.split(' ');
    sizes.set(blob, Number(size));
  }
  return sizes;
}

/** Those that git calls binary. */
async function readBinaries(
  bare: GitRepo,
  { baseSha, headSha, paths }: { baseSha: string; headSha: string; paths: readonly string[] },
): Promise<Set<string>> {
  if (paths.length === 0) return new Set();
  const options = ['diff-tree', '-r', '-z', '--numstat', '--no-renames', '--no-ext-diff', '--no-textconv'];
  const output = await git(bare, [
    '--literal-pathspecs',
    ...options,
    baseSha,
    headSha,
    '--',
    ...paths.slice(0, MOST_PATHS),
  ]);
  return new Set(output.split('\0').flatMap((row) => (row.startsWith('-\t-\t') ? [row.slice(4)] : [])));
}

const trackedPaths = async (bare: GitRepo, commit: string): Promise<string[]> =>
  (await git(bare, ['ls-tree', '-r', '-z', '--name-only', commit], { maxBytes: MOST_NAMES_BYTES })).split('\0');

/** A link that the repository had before, by whatever name, is its own. */
async function readOutside(bare: GitRepo, files: readonly ChangedFile[]): Promise<string[]> {
  const links = files
    .filter(({ before, after }) => after.mode === LINK && !(before.mode === LINK && before.blob === after.blob))
    .slice(0, MOST_LINKS);
  const targets = await readTargets(
    bare,
    links.map(({ after }) => after.blob),
  );
  return links
    .flatMap(({ path, after }) => {
      const target = targets.get(after.blob);
      if (target === undefined) return [`${shownPath(path)}, which cannot be read`];
      return leadsOutside(path, target) ? [`${shownPath(path)} → ${shownPath(target)}`] : [];
    })
    .slice(0, MOST_OUTSIDE);
}

const LINK = '120000';
/** The longest path of any system. */
const MOST_TARGET = 4_096;

/** A name that is no UTF-8 is left out, with all after it. */
async function readTargets(bare: GitRepo, blobs: readonly string[]): Promise<Map<string, string>> {
  const targets = new Map<string, string>();
  if (blobs.length === 0) return targets;
  const input = `${[...new Set(blobs)].join('\n')}\n`;
  const output = Buffer.from(await git(bare, ['cat-file', '--batch'], { input, maxBytes: MOST_LINKS * MOST_TARGET }));
  for (let at = 0; at < output.length; ) {
    const end = output.indexOf('\n', at);
    const [blob = '', type, size] = output.subarray(at, end).toString().split(' ');
    if (end === -1 || type !== 'blob') break;
    const next = end + 1 + Number(size);
    targets.set(blob, output.subarray(end + 1, next).toString());
    at = next + 1;
  }
  return targets;
}

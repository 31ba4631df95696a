/** New files of a change that no one asked for, such as what tools leave behind: in groups, with number and size. Pure. */
import type { LeftoverGroup } from '../../workflows/contract/change.ts';
import { productOf } from './build-products.ts';
import { shownPath } from './changed-files.ts';
import { namesFile } from './names-file.ts';

/** A file that the change adds. */
export interface AddedFile {
  readonly path: string;
  readonly bytes: number;
  readonly isBinary: boolean;
}

export interface LeftoverFacts {
  readonly added: readonly AddedFile[];
  /** Paths that the repository has without the change: what it has already is its own habit. */
  readonly tracked: () => readonly string[];
  /** The task's own text. */
  readonly criteria: string;
}

export const LARGE_BYTES = 1 << 20;
const MANY_FILES = 200;
const MANY = 'new files';
const LARGE = 'binaries over 1 MB';
const MOST_EXAMPLES = 5;
const MOST_GROUPS = 20;

/** Each file counts once: as a tool's product, as a large binary, or as one of many. */
export function findLeftovers({ added, tracked, criteria }: LeftoverFacts): LeftoverGroup[] {
  const siblings = siblingsOf(() => [...added.map(({ path }) => path), ...tracked()]);
  const found = added.map((file) => ({ file, product: productOf(file.path, siblings) }));
  const candidates = found.filter(({ product }) => product !== undefined);
  const habits =
    candidates.length === 0 ? new Set() : new Set(tracked().map((path) => productOf(path, siblings)?.what));
  const groups = new Map<string, AddedFile[]>();
  const rest: AddedFile[] = [];
  const put = (what: string, file: AddedFile) => {
    const group = groups.get(what);
    if (group === undefined) groups.set(what, [file]);
    else group.push(file);
  };
  for (const { file, product } of found) {
    if (product !== undefined && !habits.has(product.what) && !isAsked(product.at, file.path, criteria)) {
      put(product.what, file);
    } else if (file.isBinary && file.bytes > LARGE_BYTES && !namesFile(criteria, file.path)) {
      put(LARGE, file);
    } else if (product === undefined) {
      rest.push(file);
    }
  }
  if (rest.length > MANY_FILES) groups.set(MANY, rest);
  return [...groups]
    .map(([what, files]) => ({
      what,
      files: files.length,
      bytes: files.reduce((sum, { bytes }) => sum + bytes, 0),
      examples: examplesOf(files).map(shownPath),
    }))
    .map((group) => ({ ...group, words: wordsOf(group) }))
    .toSorted((a, b) => b.files - a.files || (a.what < b.what ? -1 : 1))
    .slice(0, MOST_GROUPS);
}

/** A folder has the name of an everyday word at times, so it is asked for only as a folder. */
const isAsked = (at: string, path: string, criteria: string): boolean =>
  at === path ? namesFile(criteria, at) : criteria.includes(`${at.slice(at.lastIndexOf('/') + 1)}/`);

/** The names in each folder, made when somebody asks. */
function siblingsOf(paths: () => readonly string[]): (folder: string) => readonly string[] {
  let names: Map<string, string[]> | undefined;
  return (folder) => {
    if (names === undefined) {
      names = new Map();
      for (const path of paths()) {
        const at = path.lastIndexOf('/');
        const parent = path.slice(0, Math.max(0, at));
        const there = names.get(parent);
        if (there === undefined) names.set(parent, [path.slice(at + 1)]);
        else there.push(path.slice(at + 1));
      }
    }
    return names.get(folder) ?? [];
  };
}

/** Returns examples; for many files, the folders that hold most of them. */
function examplesOf(files: readonly AddedFile[]): string[] {
  if (files.length <= MOST_EXAMPLES) return files.map(({ path }) => path);
  const folders = new Map<string, number>();
  for (const { path } of files) {
    const folder = path.includes('/') ? `${path.split('/').slice(0, -1).slice(0, 3).join('/')}/` : path;
    folders.set(folder, (folders.get(folder) ?? 0) + 1);
  }
  return [...folders]
    .toSorted(([, a], [, b]) => b - a)
    .slice(0, MOST_EXAMPLES)
    .map(([folder, count]) => (count === 1 ? folder : `${folder} (${count})`));
}

/** Where a symbolic link leads, when that is outside of the tree, or into git's own folder. */
export function leadsOutside(path: string, target: string): boolean {
  if (target.startsWith('/')) return true;
  const at = path.split('/').slice(0, -1);
  for (const part of target.split('/')) {
    if (part === '..') {
      if (at.pop() === undefined) return true;
    } else if (part !== '' && part !== '.') at.push(part);
  }
  return at[0]?.toLowerCase() === '.git';
}

function wordsOf({ what, files, bytes }: Omit<LeftoverGroup, 'words'>): string {
  const number = files.toString().replaceAll(/\B(?=(\d{3})+$)/g, ',');
  const size = `(${sizeWords(bytes)})`;
  return `${what}: ${number} file${files === 1 ? '' : 's'} ${size}`;
}

const sizeWords = (bytes: number): string =>
  bytes < 1_000
    ? `${bytes} byte${bytes === 1 ? '' : 's'}`
    : bytes < 1_000_000
      ? `${Math.round(bytes / 1_000)} kB`
      : `${(bytes / 1e6).toFixed(1)} MB`;

/** What is known of files without reading them, and how it differs from what was known before. */
import { type BigIntStats, lstatSync, readdirSync } from 'node:fs';
import { setImmediate as nextTurn } from 'node:timers/promises';

/** By absolute path. */
export type FileStats = ReadonlyMap<string, string>;

const ENTRIES_AT_ONCE = 500;

/**
 * Every file, link and folder at and below these paths, with what nobody can change without a trace; undefined for names
 * that are not UTF-8, which cannot be told apart.
 */
export async function readFileStats(paths: readonly string[]): Promise<FileStats | undefined> {
  const found = new Map<string, string>();
  for (const pending = [...paths]; pending.length > 0; ) {
    const path = pending.pop() as string;
    if (path.includes('\uFFFD')) return undefined;
    const stat = lstatSync(path, { bigint: true, throwIfNoEntry: false });
    if (stat === undefined) continue;
    found.set(path, factsOf(stat));
    if (found.size % ENTRIES_AT_ONCE === 0) await nextTurn();
    if (!stat.isDirectory()) continue;
    for (const name of readdirSync(path)) pending.push(`${path}/${name}`);
  }
  return found;
}

/** Whether anything was changed or is gone, and the topmost paths that were added. */
export function differences(
  before: FileStats,
  now: FileStats,
): { readonly changed: boolean; readonly added: readonly string[] } {
  const changed = [...before].some(([path, facts]) => now.get(path) !== facts);
  const added = [...now.keys()].filter((path) => !before.has(path));
  const all = new Set(added);
  return { changed, added: added.filter((path) => !all.has(path.slice(0, path.lastIndexOf('/')))) };
}

/** The time of its last change cannot be set back. A folder's own changes with each file in it, and those are looked at. */
const factsOf = (stat: BigIntStats): string =>
  stat.isDirectory() ? `folder ${stat.mode}` : [stat.ino, stat.size, stat.mode, stat.mtimeNs, stat.ctimeNs].join(' ');

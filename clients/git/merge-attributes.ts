/** The merge drivers that the base branch's .gitattributes choose, as far as they are git's own. */
import { randomUUID } from 'node:crypto';
import { rm, writeFile } from 'node:fs/promises';
import { dirname, join } from 'node:path';
import { gitFailure } from './failures.ts';
import { type GitRepo, gitResult } from './git.ts';
import { folderFailure } from './repository.ts';

/** union, text and binary, and what stands for them; a driver that a configuration defines is a program, and stays off. */
const BUILT_IN: ReadonlySet<string> = new Set([
  ...['merge=union', 'merge=text', 'merge=binary', 'merge', '-merge', '!merge'],
]);

/** Runs `work` with git's arguments for the attributes of a commit; none where it chooses no driver of git's own. */
export async function withMergeAttributes<T>(
  repo: GitRepo,
  commit: string,
  work: (args: readonly string[]) => Promise<T>,
): Promise<T> {
  const lines = await readLines(repo, commit);
  // A driver that is configured under the name of one of git's own would take its place.
  if (lines.length === 0 || (await hasDrivers(repo))) return await work([]);
  const file = join(repo.gitDir, `factory-attributes-${randomUUID()}`);
  try {
    await writeFile(file, `${lines.join('\n')}\n`, { flag: 'wx' });
  } catch (error) {
    throw folderFailure(error, repo.gitDir);
  }
  try {
    return await work(['-c', `core.attributesFile=${file}`]);
  } finally {
    await rm(file, { force: true });
  }
}

/** In one file, as git would read them: a deeper folder's lines count for what is in it, and come last. */
async function readLines(repo: GitRepo, commit: string): Promise<string[]> {
  const args = [
    'grep',
    '-z',
    '-I',
    '--full-name',
    '-E',
    '-e',
    'merge|binary|filter=lfs',
    commit,
    '--',
    ':(glob)**/.gitattributes',
  ];
  const result = await gitResult(repo, args);
  if (result.exitCode > 1) throw gitFailure(args, result.exitCode, result.stderr);
  if (result.truncated) return [];
  const found = result.stdout.split('\n').flatMap((row) => {
    const [where = '', line] = row.split('\0');
    if (line === undefined) return [];
    const folder = dirname(where.slice(commit.length + 1));
    return [{ folder: folder === '.' ? '' : folder, line }];
  });
  return found
    .toSorted((a, b) => depthOf(a.folder) - depthOf(b.folder))
    .flatMap(({ folder, line }) => mergeLine(folder, line) ?? []);
}

const depthOf = (folder: string): number => (folder === '' ? 0 : folder.split('/').length);

/** Translates a line about merging of a folder's .gitattributes into one of the root's; undefined for other lines. */
export function mergeLine(folder: string, line: string): string | undefined {
  const [, pattern = '', rest = ''] = /^\s*("(?:[^"\\]|\\.)*"|[^\s"#[!]\S*)\s+(.*)$/.exec(line) ?? [];
  const chosen = rest.split(/\s+/).flatMap((attribute) => {
    if (BUILT_IN.has(attribute)) return [attribute];
    // Two pointers of Git LFS are merged as the two files that they stand for.
    if (attribute === 'binary' || attribute === 'filter=lfs' || attribute === 'merge=lfs') return ['-merge'];
    return attribute.startsWith('merge=') ? ['!merge'] : [];
  });
  if (pattern === '' || chosen.length === 0) return undefined;
  const attributes = [...new Set(chosen)].join(' ');
  if (folder === '') return `${pattern} ${attributes}`;
  if (/[\s"\\*?[\]#!]/.test(folder) || pattern.startsWith('"')) return undefined;
  const below = pattern.replace(/^\//, '');
  return `${folder}/${pattern.includes('/') ? below : `**/${below}`} ${attributes}`;
}

async function hasDrivers(repo: GitRepo): Promise<boolean> {
  const args = ['config', '--get-regexp', '^merge\\..*\\.driver$'];
  const result = await gitResult(repo, args);
  if (result.exitCode > 1) throw gitFailure(args, result.exitCode, result.stderr);
  return result.exitCode === 0;
}

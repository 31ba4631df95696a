/** Reads report files that a command left, without following a link of theirs, and never more than is bounded. */
import { constants } from 'node:fs';
import { open, readdir } from 'node:fs/promises';
import { join } from 'node:path';
import picomatch from 'picomatch';
import { UnreadableReport } from './test-report.ts';

export interface ReportFile {
  /** From the folder that was searched. */
  readonly path: string;
  readonly text: string;
}

const MOST_FILES = 5_000;
const MOST_FOLDERS = 50_000;
const MOST_BYTES = 64 << 20;
const NOT_SEARCHED: ReadonlySet<string> = new Set(['.git', 'node_modules', '.venv', 'venv', '.gradle', '.cargo']);

/**
 * The files that a path means: one file, all of a folder that end in `.ext`, or those that fit a glob. What was not
 * written since `since` is of an earlier command, or was in the commit, and is no report of this one.
 */
export async function readReportFiles(
  root: string,
  { path, extension, since }: { readonly path: string; readonly extension: string; readonly since: number },
): Promise<ReportFile[]> {
  const fits = matcher(path.replace(/^(\.?\/)+/, '').replace(/\/+$/, ''), extension);
  const files: ReportFile[] = [];
  let left = MOST_BYTES;
  for await (const found of walk(root)) {
    if (!fits(found)) continue;
    const text = await readPlain(join(root, found), { maxBytes: left, since });
    if (text === undefined) continue;
    left -= text.length;
    files.push({ path: found, text });
    if (files.length > MOST_FILES) throw new UnreadableReport(`there are more than ${MOST_FILES} files of it`);
  }
  return files.toSorted((a, b) => (a.path < b.path ? -1 : 1));
}

function matcher(path: string, extension: string): (found: string) => boolean {
  if (path === '' || path === '.') return (found) => found.endsWith(extension);
  const isGlob = /[*?{[]/.test(path);
  const fits = picomatch(path, { dot: true, nonegate: true, windows: false });
  return (found) =>
    found === path || (isGlob ? fits(found) : found.startsWith(`${path}/`) && found.endsWith(extension));
}

/** Plain files below a folder, in real folders only. */
async function* walk(root: string): AsyncGenerator<string> {
  const folders = [''];
  for (let number = 0; number < folders.length; number++) {
    if (number > MOST_FOLDERS) throw new UnreadableReport('there are too many folders to look for it');
    const folder = folders[number] as string;
    const entries = await readdir(join(root, folder), { withFileTypes: true }).catch(() => []);
    for (const entry of entries) {
      const path = folder === '' ? entry.name : `${folder}/${entry.name}`;
      if (entry.isDirectory() && !NOT_SEARCHED.has(entry.name)) folders.push(path);
      else if (entry.isFile()) yield path;
    }
  }
}

/** Undefined for what is no file, is gone, or is older. */
export async function readPlain(
  path: string,
  { maxBytes, since }: { readonly maxBytes: number; readonly since: number },
): Promise<string | undefined> {
  const flags = constants.O_RDONLY | constants.O_NOFOLLOW | constants.O_NONBLOCK;
  const file = await open(path, flags).catch(() => undefined);
  if (file === undefined) return undefined;
  try {
    const { size, mtimeMs } = await file.stat().then((stat) => (stat.isFile() ? stat : { size: -1, mtimeMs: 0 }));
    if (size < 0 || mtimeMs < since) return undefined;
    if (size > maxBytes) throw new UnreadableReport('it is too large');
    const bytes = Buffer.alloc(size);
    const { bytesRead } = await file.read(bytes, 0, size, 0);
    return bytes.subarray(0, bytesRead).toString('utf8');
  } finally {
    await file.close();
  }
}

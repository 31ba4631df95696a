/** Reading for the edit tool: files as text, folders as a list, both in bounded memory. */
import { readdir } from 'node:fs/promises';
import { inFolder } from './edit-folder.ts';
import { openResolved, type ResolvedPath } from './edit-path.ts';
import { EditRefused, viewText } from './edit-text.ts';

/** A larger file is for bash. */
const FILE_LIMIT_BYTES = 2 * 1024 * 1024;
const LISTED = 1_000;

/** A file with line numbers, or a folder's content two levels deep. */
export async function view(path: ResolvedPath, range?: readonly [number, number]): Promise<string> {
  const file = await openResolved(path);
  const isFolder = await file
    .stat()
    .then((stat) => stat.isDirectory())
    .finally(() => file.close());
  if (!isFolder) return viewText(await readText(path), range) || '(the file is empty)';
  if (range !== undefined) throw new EditRefused(`${path.shown} is a folder; view_range is for files.`);
  return listFolder(path);
}

/** A file's text, exactly: writing it again changes nothing. */
export async function readText(path: ResolvedPath): Promise<string> {
  const file = await openResolved(path);
  try {
    const stat = await file.stat();
    if (stat.isDirectory()) throw new EditRefused(`${path.shown} is a folder.`);
    if (!stat.isFile()) throw new EditRefused(`${path.shown} is not a regular file.`);
    if (stat.size > FILE_LIMIT_BYTES) {
      throw new EditRefused(`${path.shown} has ${stat.size} bytes, too many for this tool. Use bash (sed -n, grep).`);
    }
    const bytes = await file.readFile();
    if (bytes.includes(0)) throw new EditRefused(`${path.shown} is a binary file. Use bash.`);
    return decode(bytes, path.shown);
  } finally {
    await file.close();
  }
}

function decode(bytes: Buffer, shown: string): string {
  try {
    return new TextDecoder('utf-8', { fatal: true, ignoreBOM: true }).decode(bytes);
  } catch {
    throw new EditRefused(`${shown} is not UTF-8 text. Use bash.`);
  }
}

async function listFolder({ root, folders, name, shown }: ResolvedPath): Promise<string> {
  const lines: string[] = [];
  await list(name === '.' ? folders : [...folders, name], '', 2);
  const more = lines.length > LISTED ? [`… and more: look into a folder, or use bash`] : [];
  const title = `${shown} (two levels, without hidden files and node_modules):`;
  return [title, ...lines.slice(0, LISTED), ...more].join('\n');

  async function list(names: readonly string[], prefix: string, levels: number): Promise<void> {
    const read = (folder: string) => readdir(folder, { withFileTypes: true });
    const entries = await inFolder({ root, names, make: false }, read).catch(() => []);
    for (const entry of entries.sort((a, b) => (a.name < b.name ? -1 : 1))) {
      if (entry.name.startsWith('.') || entry.name === 'node_modules') continue;
      if (lines.length > LISTED) return;
      lines.push(`${prefix}${entry.name}${entry.isDirectory() ? '/' : entry.isSymbolicLink() ? '@' : ''}`);
      if (entry.isDirectory() && levels > 1) await list([...names, entry.name], `${prefix}${entry.name}/`, levels - 1);
    }
  }
}

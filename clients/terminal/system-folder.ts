/**
 * The /etc that commands see: a copy in the state folder of what everybody may read in the machine's, without secrets. A
 * copy, since what appears in /etc later, or takes the place of a file, is then not seen, and one mount does for all of it.
 */
import { createHash } from 'node:crypto';
import {
  chmodSync,
  existsSync,
  lstatSync,
  mkdirSync,
  mkdtempSync,
  readdirSync,
  readFileSync,
  readlinkSync,
  renameSync,
  rmSync,
  statSync,
  symlinkSync,
  utimesSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { SANDBOX_HOME } from './sandbox.ts';
import { holdsSecret, isSecretPath } from './system-secrets.ts';

/** Bytes of a file; no configuration is larger. */
const MOST_BYTES = 16 << 20;

type SystemFile = { readonly path: string } & (
  | { readonly content: Buffer | string; readonly mode: number }
  | { readonly target: string }
);

/**
 * Copies `etc` into a folder in `systemDir`, named by its content, and returns that folder.
 * Idempotent: a folder with the same content stays as it is, also for commands of other worker processes that run in it.
 * Removes copies that nobody has marked as used for a week: each container may start with another /etc/hosts.
 */
export function copySystem(systemDir: string, etc = '/etc'): string {
  const files = [...readFolder(etc), ...people(etc), ...mavenSettings(etc)];
  const folder = join(systemDir, hashOf(files));
  mkdirSync(systemDir, { recursive: true, mode: 0o700 });
  if (!markUsed(folder)) makeCopy(systemDir, folder, files);
  removeUnused(systemDir);
  return folder;
}

/** Marks a copy as used now; a process that gives it to commands does so far more often than once a week. */
export function markUsed(folder: string): boolean {
  try {
    const now = new Date();
    utimesSync(folder, now, now);
    return true;
  } catch {
    return false;
  }
}

function makeCopy(systemDir: string, folder: string, files: readonly SystemFile[]): void {
  const draft = mkdtempSync(join(systemDir, DRAFT));
  try {
    for (const file of files) writeInto(draft, file);
    chmodSync(draft, 0o755);
    renameUnlessThere(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
}

const DRAFT = '.draft-';
const UNUSED_MS = 7 * 24 * 3_600_000;

/** By a new name first, so that a kill leaves no half of a copy that is taken for a whole one. */
function removeUnused(systemDir: string): void {
  for (const name of readdirSync(systemDir)) {
    const folder = join(systemDir, name);
    const { mtimeMs } = statSync(folder, { throwIfNoEntry: false }) ?? {};
    if (mtimeMs === undefined || mtimeMs > Date.now() - UNUSED_MS) continue;
    const gone = join(systemDir, `${DRAFT}gone-${name}`);
    try {
      if (!name.startsWith(DRAFT)) renameSync(folder, gone);
      rmSync(name.startsWith(DRAFT) ? folder : gone, { recursive: true, force: true });
    } catch {
      // Another worker process removes it too.
    }
  }
}

const FOR_ALL = 0o004;
const FOLDER_FOR_ALL = 0o005;

/** All below a folder, in the order of names. */
function readFolder(etc: string, folder = ''): SystemFile[] {
  const names = readdirSync(join(etc, folder)).sort();
  return names.flatMap((name): SystemFile[] => {
    try {
      return readEntry(etc, join(folder, name));
    } catch {
      // It has vanished since, or cannot be read: commands do without it.
      return [];
    }
  });
}

function readEntry(etc: string, path: string): SystemFile[] {
  const stat = lstatSync(join(etc, path));
  if (isSecretPath(path) || PEOPLE.includes(path)) return [];
  if (stat.isSymbolicLink()) return [{ path, target: readlinkSync(join(etc, path)) }];
  if (stat.isDirectory()) return (stat.mode & FOLDER_FOR_ALL) === FOLDER_FOR_ALL ? readFolder(etc, path) : [];
  if (!stat.isFile() || (stat.mode & FOR_ALL) === 0 || stat.size > MOST_BYTES) return [];
  const content = readFileSync(join(etc, path));
  // Without the bits that would lend rights.
  return holdsSecret(content.toString('latin1')) ? [] : [{ path, content, mode: stat.mode & 0o777 }];
}

function hashOf(files: readonly SystemFile[]): string {
  const hash = createHash('sha256');
  for (const file of files) {
    const [kind, content] = 'target' in file ? ['link', file.target] : [String(file.mode), file.content];
    hash.update(`${file.path}\0${kind}\0${content.length}\0`).update(content);
  }
  return hash.digest('hex').slice(0, 16);
}

function writeInto(draft: string, file: SystemFile): void {
  const path = join(draft, file.path);
  mkdirSync(dirname(path), { recursive: true });
  if ('target' in file) {
    symlinkSync(file.target, path);
    return;
  }
  writeFileSync(path, file.content);
  chmodSync(path, file.mode);
}

const PEOPLE = ['passwd', 'group'];

/** Programs that ask who they run as, as the JVM does, get the home of the sandbox. */
function people(etc: string): SystemFile[] {
  const { username, uid, gid } = userInfo();
  const lines = (name: string): string[] => {
    const file = join(etc, name);
    return existsSync(file) ? readFileSync(file, 'utf8').split('\n').filter(Boolean) : [];
  };
  const others = lines('passwd').filter((line) => line.split(':')[2] !== String(uid));
  const groups = lines('group');
  const isNamed = groups.some((line) => line.split(':')[2] === String(gid));
  const texts = {
    passwd: [`${username}:x:${uid}:${gid}:${username}:${SANDBOX_HOME}:/bin/bash`, ...others],
    group: [...(isNamed ? [] : [`${username}:x:${gid}:`]), ...groups],
  };
  return Object.entries(texts).map(([path, text]) => ({ path, mode: 0o644, content: `${text.join('\n')}\n` }));
}

/** Maven's may hold passwords; empty ones stand in their place, where those for the proxy of a command are mounted. */
const mavenSettings = (etc: string): SystemFile[] =>
  existsSync(join(etc, 'maven/settings.xml'))
    ? [{ path: 'maven/settings.xml', mode: 0o644, content: '<settings/>\n' }]
    : [];

/** Another worker process may have been quicker. */
function renameUnlessThere(draft: string, folder: string): void {
  try {
    renameSync(draft, folder);
  } catch (error) {
    if (!existsSync(folder)) throw error;
  }
}

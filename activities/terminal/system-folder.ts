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
  symlinkSync,
  writeFileSync,
} from 'node:fs';
import { userInfo } from 'node:os';
import { dirname, join } from 'node:path';
import { SANDBOX_HOME } from './sandbox.ts';
import { holdsSecret, isSecretPath } from './system-secrets.ts';

/** Nobody configures anything with a larger file. */
const MOST_BYTES = 16 << 20;

type SystemFile = { readonly path: string } & (
  | { readonly content: Buffer | string; readonly mode: number }
  | { readonly target: string }
);

/**
 * Copies `etc` into a folder in `systemDir`, named by its content, and returns that folder.
 * Idempotent: a folder with the same content stays as it is, also for commands of other worker processes that run in it.
 */
export function copySystem(systemDir: string, etc = '/etc'): string {
  const files = [...readFolder(etc), ...people(etc), ...mavenSettings(etc)];
  const folder = join(systemDir, hashOf(files));
  if (existsSync(folder)) return folder;
  mkdirSync(systemDir, { recursive: true, mode: 0o700 });
  const draft = mkdtempSync(join(systemDir, '.draft-'));
  try {
    for (const file of files) writeInto(draft, file);
    chmodSync(draft, 0o755);
    renameUnlessThere(draft, folder);
  } finally {
    rmSync(draft, { recursive: true, force: true });
  }
  return folder;
}

const FOR_ALL = 0o004;
const FOLDER_FOR_ALL = 0o005;

/** All below a folder, in the order of names. */
function readFolder(etc: string, folder = ''): SystemFile[] {
  const names = readdirSync(join(etc, folder)).sort();
  return names.flatMap((name): SystemFile[] => {
    const path = join(folder, name);
    const stat = lstatSync(join(etc, path), { throwIfNoEntry: false });
    if (stat === undefined || isSecretPath(path) || PEOPLE.includes(path)) return [];
    if (stat.isSymbolicLink()) return [{ path, target: readlinkSync(join(etc, path)) }];
    if (stat.isDirectory()) return (stat.mode & FOLDER_FOR_ALL) === FOLDER_FOR_ALL ? readFolder(etc, path) : [];
    if (!stat.isFile() || (stat.mode & FOR_ALL) === 0 || stat.size > MOST_BYTES) return [];
    const content = readFileSync(join(etc, path));
    // Without the bits that would lend rights.
    return holdsSecret(content.toString('latin1')) ? [] : [{ path, content, mode: stat.mode & 0o777 }];
  });
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

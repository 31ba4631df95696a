/** Which folders of programs outside the system's a command may see: what PATH names, and never one with a socket in it. */
import { realpathSync, statSync } from 'node:fs';
import { basename, dirname } from 'node:path';
import { exec } from '../../exec.ts';

/** Looking for longer would hold up the start of a worker process. */
const LOOK_MS = 20_000;
/** Homes of other people: PATH may be theirs under sudo, or in a service. */
const HOMES = /^\/(root|(home|Users)\/[^/]+)$/;
const SYSTEM = /^\/(usr|bin|sbin|lib|lib64)(\/|$)/;

/**
 * A folder of PATH comes with what is beside it (`/opt/node/bin` with `/opt/node`), since programs need their libraries;
 * but not where a person's own files are beside it (`~/bin`, `~/.local/bin`, `~/.cargo/bin`), and never with a `hidden`
 * place in it: the state folder, the checkout with its `.env`, the file of secrets.
 */
export async function programFolders(
  path: string,
  home: string,
  { readable, hidden }: { readonly readable: readonly string[]; readonly hidden: readonly string[] },
): Promise<string[]> {
  const secrets = hidden.map((secret) => realPath(secret) ?? secret);
  const mayBeSeen = (folder: string) =>
    folder !== '/' && !secrets.some((secret) => `${secret}/`.startsWith(`${folder}/`));
  const folders = path.split(':').filter((folder) => folder.startsWith('/') && !SYSTEM.test(folder));
  const found = folders.flatMap(
    (folder) => [withItsParent(folder, home), folder].flatMap((one) => realFolder(one) ?? []).find(mayBeSeen) ?? [],
  );
  const wanted = [...found, ...readable.flatMap((folder) => realFolder(folder) ?? []).filter(mayBeSeen)];
  const outside = withoutNested(wanted.filter((folder) => !SYSTEM.test(folder)));
  const holding = await Promise.all(outside.map(holdsSocket));
  return outside.filter((_, index) => holding[index] === false);
}

/** The folder that is bound for one of PATH. */
export function withItsParent(folder: string, home: string): string {
  const parent = dirname(folder);
  // The shims of pyenv, rbenv and asdf start what is beside them, also when that is in a person's home.
  if (basename(folder) === 'shims') return parent;
  const isHome = (one: string) => one === home || HOMES.test(one);
  const isPersonal = parent === '/' || isHome(parent) || isHome(dirname(parent)) || home.startsWith(`${parent}/`);
  return basename(folder) === 'bin' && !isPersonal ? parent : folder;
}

function realPath(folder: string): string | undefined {
  try {
    return realpathSync(folder);
  } catch {
    return undefined;
  }
}

function realFolder(folder: string): string | undefined {
  const real = realPath(folder);
  return real !== undefined && statSync(real).isDirectory() ? real : undefined;
}

const withoutNested = (folders: readonly string[]): string[] => [
  ...new Set(folders.filter((folder) => !folders.some((other) => folder.startsWith(`${other}/`)))),
];

/** A socket that somebody listens on is a way out, whatever else is closed. What cannot be looked through counts as one. */
export async function holdsSocket(folder: string): Promise<boolean> {
  const args = [folder, '-type', 's', '-print', '-quit'];
  const found = await exec({ file: 'find', args, timeoutMs: LOOK_MS }).catch(() => undefined);
  return found === undefined || found.timedOut || found.stdout !== '';
}

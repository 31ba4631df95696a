/** Who PostgreSQL runs as: ourselves, or, since it refuses root, the user `postgres`. */
import { spawnSync } from 'node:child_process';
import { readFileSync } from 'node:fs';

export interface Account {
  readonly uid: number;
  readonly gid: number;
  /** A capability that the process keeps, because folders above its data belong to root alone. */
  readonly capability?: string;
}

/** Nothing when we are not root; else the user `postgres`, made if there is none, able to reach folder and binary. */
export function postgresAccount(folder: string, binary: string): Account | undefined {
  if (process.getuid?.() !== 0) return undefined;
  const id = (flag: string) => Number.parseInt(spawnSync('id', [flag, 'postgres'], { encoding: 'utf8' }).stdout, 10);
  let ids = [id('-u'), id('-g')] as const;
  if (Number.isNaN(ids[0])) {
    const useradd = ['useradd', '--system', '--gid', 'postgres', '--no-create-home', 'postgres'];
    for (const [file = '', ...args] of [['groupadd', '--system', 'postgres'], useradd]) spawnSync(file, args);
    ids = [id('-u'), id('-g')];
  }
  const [uid, gid] = ids;
  if (Number.isNaN(uid) || Number.isNaN(gid)) {
    throw new Error('PostgreSQL does not run as root, and the user "postgres" could not be made. Set DATABASE_URL.');
  }
  if (reaches({ uid, gid }, folder, binary)) return { uid, gid };
  const capability = keepable().find((name) => reaches({ uid, gid, capability: name }, folder, binary));
  if (capability !== undefined) return { uid, gid, capability };
  throw new Error(
    `PostgreSQL runs as the user "postgres", who may not enter ${folder} or the folder of ${binary}. ` +
      'Let other users pass through the folders above (chmod o+x), work elsewhere, or set DATABASE_URL.',
  );
}

/** What to spawn so that the program runs as that account, with the same process id. */
export function asAccount(account: Account | undefined, file: string, args: readonly string[]) {
  if (account === undefined) return { file, args };
  const { uid, gid, capability } = account;
  if (capability === undefined) return { file, args, uid, gid };
  const ids = [`--reuid=${uid}`, `--regid=${gid}`, '--clear-groups'];
  const kept = [`--inh-caps=-all,+${capability}`, `--ambient-caps=-all,+${capability}`];
  return { file: 'setpriv', args: [...ids, ...kept, '--', file, ...args] };
}

function reaches(account: Account, folder: string, binary: string): boolean {
  // The shell's own cwd must not be in the way.
  const command = asAccount(account, '/bin/sh', ['-c', 'test -x "$0" && test -x "$1"', folder, binary]);
  const { status } = spawnSync(command.file, command.args, { ...command, cwd: '/', stdio: 'ignore' });
  return status === 0;
}

/** The capabilities that help, weakest first, as far as this system (a container, say) has them. */
function keepable(): string[] {
  try {
    const bounding = /^CapBnd:\s*([0-9a-f]+)/m.exec(readFileSync('/proc/self/status', 'utf8'))?.[1] ?? '0';
    const has = (bit: bigint) => ((BigInt(`0x${bounding}`) >> bit) & 1n) === 1n;
    return [...(has(2n) ? ['dac_read_search'] : []), ...(has(1n) ? ['dac_override'] : [])];
  } catch {
    return [];
  }
}

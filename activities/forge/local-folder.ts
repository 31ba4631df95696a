/** The local forge is one folder: a worker process that looks at another one would find none of its branches there. */
import { randomUUID } from 'node:crypto';
import { mkdir, writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { readIfThere } from '../../clients/read-if-there.ts';
import type { Database } from '../../db/connection.ts';
import { claimForgeHome } from '../../db/writes/forge-home.ts';

export interface ForgeHome {
  readonly stateDir: string;
  readonly host: string;
}

/**
 * Why the forge's folder here is not the one that PostgreSQL knows; undefined when it is. The first worker process that
 * asks makes this folder the forge's. The file is written before the row, so that a process that died in between is
 * followed by one that finds its own.
 */
export async function forgeHomeProblem(db: Database, { stateDir, host }: ForgeHome): Promise<string | undefined> {
  const folder = join(stateDir, 'forge');
  const file = join(folder, 'id');
  const there = (await readIfThere(file))?.trim();
  const id = there ?? randomUUID();
  const home = await claimForgeHome(db, { id, host, folder }, async () => {
    if (there !== undefined) return;
    await mkdir(folder, { recursive: true });
    await writeFile(file, `${id}\n`);
  });
  if (home.id === ((await readIfThere(file))?.trim() ?? '')) return undefined;
  return [
    `The pull requests in PostgreSQL belong to the local forge in ${home.folder} of host ${home.host}; ${folder} of host`,
    `${host} is another folder, so no task could find its branches here.`,
    `Share ${home.folder} with this machine as ${folder} (its file "id" shows that it is the same), or use FORGE=github.`,
    'If the forge has moved, move its whole folder. If it is lost for good, delete the row of table forge_home.',
  ].join(' ');
}

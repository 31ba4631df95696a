/** Counts the programs of a name that this process starts: a stand-in on PATH notes its arguments and becomes the program. */
import { chmodSync, mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';

/** Runs `work` and returns the arguments of each program that it started, one line each. */
export async function startedPrograms(names: readonly string[], work: () => Promise<unknown>): Promise<string[]> {
  const folder = mkdtempSync(join(tmpdir(), 'started-'));
  const list = join(folder, 'list');
  const path = process.env.PATH ?? '';
  writeFileSync(list, '');
  for (const name of names) {
    const text = `#!/bin/sh\nprintf '%s\\n' "${name} $(printf '%s ' "$@" | tr '\\n' ' ')" >>'${list}'\nPATH='${path}' exec ${name} "$@"\n`;
    writeFileSync(join(folder, name), text);
    chmodSync(join(folder, name), 0o755);
  }
  process.env.PATH = `${folder}:${path}`;
  try {
    await work();
    return readFileSync(list, 'utf8').split('\n').filter(Boolean);
  } finally {
    process.env.PATH = path;
    rmSync(folder, { recursive: true, force: true });
  }
}

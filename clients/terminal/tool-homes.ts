/** Programs on PATH that are only a door: what they start lies in a folder of the home, which a variable names. */
import { existsSync, realpathSync } from 'node:fs';
import { join } from 'node:path';
import { inheritedEnvironment } from '../../exec.ts';

/** None of these folders holds keys; cargo's own does, and is not seen. */
const TOOLS = [
  { program: 'asdf', variable: 'ASDF_DATA_DIR', folder: '.asdf' },
  { program: 'rustup', variable: 'RUSTUP_HOME', folder: '.rustup' },
  { program: 'volta', variable: 'VOLTA_HOME', folder: '.volta' },
] as const;

/** The folders of those that are on PATH, by their variables: in a command's own home they would look in vain. */
export function toolHomes(path: string, home: string): Readonly<Record<string, string>> {
  const given = inheritedEnvironment(TOOLS.map(({ variable }) => variable));
  const isOnPath = (program: string) => path.split(':').some((folder) => existsSync(join(folder, program)));
  const found = TOOLS.filter(({ program }) => isOnPath(program)).map(
    ({ variable, folder }) => [variable, given[variable] ?? join(home, folder)] as const,
  );
  const there = found.filter(([, folder]) => existsSync(folder));
  // A link is not there inside, only the folder that it leads to.
  return Object.fromEntries(there.map(([variable, folder]) => [variable, realpathSync(folder)]));
}

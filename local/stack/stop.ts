/** Ends a stack from outside: through its launcher, or process by process when that was killed. */
import { rmSync } from 'node:fs';
import { endProcess } from './process.ts';
import { LAUNCHER, PARTS, processesFile, readProcesses } from './process-list.ts';

/** A launcher gets the time that its parts may take together. */
const LAUNCHER_GRACE_MS = 45_000;

/** Returns the names of what was running. */
export async function stopStack(stateDir: string): Promise<string[]> {
  const running = readProcesses(stateDir);
  const launcher = running.find(({ name }) => name === LAUNCHER);
  if (launcher !== undefined) await endProcess(launcher, { graceMs: LAUNCHER_GRACE_MS });
  for (const name of PARTS.toReversed()) {
    const orphan = readProcesses(stateDir).find((process) => process.name === name);
    if (orphan !== undefined)
      await endProcess(orphan, { graceMs: 5_000, signal: name === 'postgres' ? 'SIGINT' : 'SIGTERM' });
  }
  rmSync(processesFile(stateDir), { force: true });
  return running.map(({ name }) => name);
}

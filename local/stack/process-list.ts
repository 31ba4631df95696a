/** STATE_DIR/processes.json: who runs here. It is also the claim that keeps a second stack out of the folder. */
import { linkSync, mkdirSync, readFileSync, renameSync, rmSync, writeFileSync } from 'node:fs';
import path from 'node:path';
import { z } from 'zod';
import { isRunning, type ProcessRef, startedAt } from './process.ts';

export interface ListedProcess extends ProcessRef {
  readonly name: string;
}

export const LAUNCHER = 'launcher';
/** The parts of a stack in the order in which they start; they stop in the opposite one. */
export const PARTS = ['postgres', 'temporal', 'model', 'worker', 'api', 'pages'] as const;
export type PartName = (typeof PARTS)[number];

const List = z.array(z.object({ name: z.string(), pid: z.number().int(), started: z.string() }));

export const processesFile = (stateDir: string): string => path.join(stateDir, 'processes.json');

/** Returns the listed processes that still run. */
export function readProcesses(stateDir: string): ListedProcess[] {
  try {
    return List.parse(JSON.parse(readFileSync(processesFile(stateDir), 'utf8'))).filter(isRunning);
  } catch {
    return [];
  }
}

/** Another launcher runs in the same state folder. */
export class StackRunning extends Error {
  override readonly name = 'StackRunning';
  readonly pid: number;
  constructor(stateDir: string, pid: number) {
    super(
      `A stack already runs in ${stateDir} (launcher: process ${pid}). Stop it with \`bin/factory stop\`, ` +
        'or give this one another STATE_DIR and other ports.',
    );
    this.pid = pid;
  }
}

/** The list of a running launcher; each change is on disk when `set` returns. */
export class ProcessList {
  readonly #stateDir: string;
  readonly #running = new Map<string, ListedProcess>();

  /** Claims the folder for this process; throws StackRunning. Returns what a killed launcher left behind. */
  static claim(stateDir: string): { list: ProcessList; orphans: ListedProcess[] } {
    mkdirSync(stateDir, { recursive: true });
    const list = new ProcessList(stateDir);
    const draft = list.#writeDraft();
    for (;;) {
      try {
        // Unlike a rename, a link fails when the file is there: of two launchers at once, one gets it.
        linkSync(draft, processesFile(stateDir));
        rmSync(draft);
        return { list, orphans: [] };
      } catch (error) {
        if ((error as NodeJS.ErrnoException).code !== 'EEXIST') throw error;
      }
      const others = readProcesses(stateDir);
      const launcher = others.find((other) => other.name === LAUNCHER && other.pid !== process.pid);
      if (launcher !== undefined) {
        rmSync(draft);
        throw new StackRunning(stateDir, launcher.pid);
      }
      for (const orphan of others) if (orphan.pid !== process.pid) list.#running.set(orphan.name, orphan);
      renameSync(list.#writeDraft(), processesFile(stateDir));
      return { list, orphans: others.filter((other) => other.pid !== process.pid) };
    }
  }

  private constructor(stateDir: string) {
    this.#stateDir = stateDir;
    this.#running.set(LAUNCHER, { name: LAUNCHER, pid: process.pid, started: startedAt(process.pid) ?? '' });
  }

  /** The process of that name has this id now, or runs no more. */
  set(name: string, pid: number | undefined): void {
    const started = pid === undefined ? undefined : startedAt(pid);
    if (pid === undefined || started === undefined) this.#running.delete(name);
    else this.#running.set(name, { name, pid, started });
    renameSync(this.#writeDraft(), processesFile(this.#stateDir));
  }

  get(name: string): ListedProcess | undefined {
    return this.#running.get(name);
  }

  all(): ListedProcess[] {
    return [...this.#running.values()];
  }

  /** Gives the folder free. */
  release(): void {
    rmSync(processesFile(this.#stateDir), { force: true });
  }

  #writeDraft(): string {
    const draft = `${processesFile(this.#stateDir)}.${process.pid}`;
    writeFileSync(draft, `${JSON.stringify(this.all(), null, 2)}\n`);
    return draft;
  }
}

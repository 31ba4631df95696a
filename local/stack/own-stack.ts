/** A stack that a command starts for itself: a state folder of its own, free ports, nobody else's work. */
import { rmSync } from 'node:fs';
import path from 'node:path';
import { type Config, loadConfig } from '../../config/config.ts';
import { ownEnvironment } from '../../config/environment.ts';
import { freePort, portIsFree } from './ports.ts';
import { readProcesses } from './process-list.ts';
import type { Stack } from './stack.ts';
import { endServer, terminalOf } from './terminal.ts';

/**
 * Ports as usual where they are free, so that `bin/factory` finds a stack that is kept; else whichever are. What an earlier
 * one of that name left is removed; throws while one runs. `prepare` fills the folder before the configuration is read.
 */
export async function ownStackConfig(
  base: Config,
  name: 'demo' | 'replay',
  variables: (stateDir: string) => Readonly<Record<string, string>>,
  prepare: (stateDir: string) => Promise<void> = async () => {},
): Promise<Config> {
  const stateDir = path.join(base.stateDir, name);
  const running = readProcesses(stateDir);
  if (running.length > 0) {
    throw new Error(
      `A ${name} is running already (process ${running[0]?.pid}). End it: STATE_DIR=${stateDir} bin/factory stop`,
    );
  }
  // What an earlier one merged would stand in the way of this one.
  rmSync(stateDir, { recursive: true, force: true });
  await prepare(stateDir);
  const { backend, frontend, temporal, temporalUi, postgres } = base.ports;
  const [BACKEND_PORT, FRONTEND_PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT, POSTGRES_PORT] = await Promise.all(
    [backend, frontend, temporal, temporalUi, postgres].map(async (port) =>
      String((await portIsFree(port)) ? port : await freePort()),
    ),
  );
  const environment = ownEnvironment();
  return loadConfig({
    ...environment,
    ...withoutTemporal(environment),
    STATE_DIR: stateDir,
    BACKEND_PORT,
    FRONTEND_PORT,
    TEMPORAL_PORT,
    TEMPORAL_UI_PORT,
    POSTGRES_PORT,
    FACTORY_API_URL: '',
    DATABASE_URL: '',
    FACTORY_CONFIG: '',
    // Shared with another stack, ending this one would end that one's commands.
    TMUX_SOCKET_PATH: '',
    GIT_WORKTREE_BASE: '',
    HOST_NAME: '',
    // It changes nothing that others see.
    FORGE: 'local',
    REQUIRE_HUMAN_APPROVAL: 'merge',
    // It takes no work from anybody.
    LINEAR_API_KEY: '',
    LINEAR_WEBHOOK_SECRET: '',
    ...variables(stateDir),
  });
}

/** Settings of ours, which say where the embedded server listens. */
const OWN_TEMPORAL: ReadonlySet<string> = new Set(['TEMPORAL_PORT', 'TEMPORAL_UI_PORT']);

/**
 * Blanks every variable with which Temporal's programs are told of a server: an address, a profile or a file each name one,
 * and a namespace, key or certificate would go along.
 */
export const withoutTemporal = (environment: Readonly<Record<string, string>>): Record<string, string> =>
  Object.fromEntries(
    Object.keys(environment)
      .filter((name) => name.startsWith('TEMPORAL_') && !OWN_TEMPORAL.has(name))
      .map((name) => [name, '']),
  );

/** Ends the stack, or waits for the stop that a signal began, and then the commands that agents had running. */
export async function endOwnStack(config: Config, stack: Pick<Stack, 'stopped'>): Promise<void> {
  try {
    await stack.stopped();
  } finally {
    const terminal = terminalOf(config);
    if (terminal !== undefined) await endServer(terminal);
  }
}

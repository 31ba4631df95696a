/** The launcher: starts the parts of the factory on one machine, keeps them running, and stops them in order. */
import { accessSync, constants, mkdirSync } from 'node:fs';
import path from 'node:path';
import { findSandbox, sandboxProblem } from '../../clients/terminal/sandbox-probe.ts';
import { refuseOpenDoor } from '../../config/access.ts';
import type { Config } from '../../config/config.ts';
import { makeFolder } from '../../config/files.ts';
import { connect } from '../../db/connection.ts';
import { migrate } from '../../db/migrate.ts';
import { ensureExample } from './example.ts';
import { apiUrl, needsScriptedModel, type Part, pagesUrl, partsOf, type StackOptions } from './parts.ts';
import { freePort, type PortUse, takenPorts } from './ports.ts';
import { postgresProblem } from './postgres.ts';
import { endProcess } from './process.ts';
import { type ListedProcess, PARTS, ProcessList } from './process-list.ts';
import { type Supervised, supervise } from './supervise.ts';

export type { StackOptions } from './parts.ts';

export interface Stack {
  readonly urls: {
    readonly api: string;
    readonly pages: string;
    /** The Web UI; not known for a Temporal server that is not ours. */
    readonly temporalUi: string | undefined;
    readonly model: string | undefined;
  };
  /** The processes that run now, with their ids; a restart changes them. */
  processes(): readonly ListedProcess[];
  /** Stops everything in order; a second call ends what is left at once. Commands of agents stay in tmux. */
  stop(): Promise<void>;
  /** Settles when a stop, whoever asked for it, is done. */
  stopped(): Promise<void>;
}

/** The stack cannot start, and a person can change that; the message says how. */
export class StackProblem extends Error {
  override readonly name = 'StackProblem';
}

/**
 * Starts what `config` needs: throws StackProblem, StackRunning or ConfigError, and leaves nothing running then.
 * `say` gets a line for each thing that a person may want to know, restarts included; `signal` gives up starting.
 */
export async function startStack(
  config: Config,
  options: StackOptions & { readonly say?: (line: string) => void; readonly signal?: AbortSignal } = {},
): Promise<Stack> {
  const say = options.say ?? (() => {});
  if (!options.without?.includes('api')) refuseOpenDoor(config);
  const sandbox = await findSandbox(config.sandbox);
  const unsafe = sandboxProblem(config, sandbox.kind !== 'none');
  if (unsafe !== undefined) throw new StackProblem(unsafe);
  const { list, orphans } = claim(config.stateDir);
  const force = new AbortController();
  const running: Supervised[] = [];
  let parts: Part[] = [];
  let stopping: Promise<void> | undefined;

  const stop = (): Promise<void> => {
    if (stopping !== undefined) force.abort();
    stopping ??= (async () => {
      for (const { name, graceMs } of parts.toReversed()) {
        await running.find((process) => process.name === name)?.stop({ graceMs, force: force.signal });
      }
      list.release();
    })();
    return stopping;
  };

  const start = async (part: Part | undefined): Promise<void> => {
    if (part === undefined) return;
    const logFile = path.join(config.stateDir, 'logs', `${part.name}.log`);
    const onPid = (pid: number | undefined) => list.set(part.name, pid);
    const process = supervise({ ...part, logFile, onPid, onEvent: say });
    running.push(process);
    await process.ready;
  };

  const giveUp = () => void stop();
  options.signal?.addEventListener('abort', giveUp, { once: true });
  try {
    mkdirSync(path.join(config.stateDir, 'logs'), { recursive: true });
    await endOrphans(orphans, list, say);
    const modelPort = needsScriptedModel(config) && !options.without?.includes('model') ? await freePort() : undefined;
    parts = partsOf(config, options, modelPort);
    const part = (name: Part['name']) => parts.find((one) => one.name === name);
    await requireFreePorts(config, parts);
    if (!config.repositoriesGiven) await sayExample(config, say);
    options.signal?.throwIfAborted();
    await Promise.all([start(part('postgres')), start(part('temporal')), start(part('model'))]);
    await requireOwnServers(config, options);
    if (!options.without?.includes('postgres')) await bringUpToDate(config, say);
    options.signal?.throwIfAborted();
    await Promise.all([start(part('worker')), start(part('api')), start(part('pages'))]);
    const urls = {
      api: apiUrl(config),
      pages: pagesUrl(config),
      temporalUi: config.temporal.embedded ? `http://127.0.0.1:${config.ports.temporalUi}` : undefined,
      model: modelPort === undefined ? undefined : `http://127.0.0.1:${modelPort}`,
    };
    return { urls, processes: () => list.all(), stop, stopped: () => stopping ?? stop() };
  } catch (error) {
    await (stopping ?? stop());
    throw error instanceof StackProblem ? error : new StackProblem((error as Error).message, { cause: error });
  } finally {
    options.signal?.removeEventListener('abort', giveUp);
  }
}

function claim(stateDir: string) {
  try {
    makeFolder(stateDir);
    accessSync(stateDir, constants.W_OK);
  } catch (error) {
    const remedy = 'set STATE_DIR to a folder that can be written';
    throw new StackProblem(`STATE_DIR ${stateDir} cannot be made or written (${(error as Error).message}); ${remedy}`);
  }
  return ProcessList.claim(stateDir);
}

/** What a killed launcher left running is ended, in the order of a stop: two of a kind would fight for port and data. */
async function endOrphans(orphans: readonly ListedProcess[], list: ProcessList, say: (line: string) => void) {
  for (const name of PARTS.toReversed()) {
    const orphan = orphans.find((process) => process.name === name);
    if (orphan === undefined) continue;
    say(`Ending ${name} (process ${orphan.pid}), left by a launcher that was killed`);
    await endProcess(orphan, { graceMs: 5_000, ...(name === 'postgres' ? { signal: 'SIGINT' } : {}) });
    list.set(name, undefined);
  }
}

async function requireFreePorts({ ports }: Config, parts: readonly Part[]): Promise<void> {
  const uses: Partial<Record<Part['name'], PortUse[]>> = {
    postgres: [{ port: ports.postgres, part: 'PostgreSQL', variable: 'POSTGRES_PORT' }],
    temporal: [
      { port: ports.temporal, part: 'Temporal', variable: 'TEMPORAL_PORT' },
      { port: ports.temporalUi, part: "Temporal's Web UI", variable: 'TEMPORAL_UI_PORT' },
    ],
    api: [
      { port: ports.backend, part: 'the API', variable: 'BACKEND_PORT' },
      { port: ports.frontend, part: 'the dashboard', variable: 'FRONTEND_PORT' },
    ],
  };
  const taken = await takenPorts(parts.flatMap(({ name }) => uses[name] ?? []));
  if (taken.length > 0) throw new StackProblem(taken.map(({ problem }) => problem).join('\n'));
}

/** Servers of the person's own: a wrong address is told before a worker process tries it for ever. */
async function requireOwnServers(config: Config, { without = [] }: StackOptions): Promise<void> {
  const [database, temporal] = await Promise.all([
    config.databaseEmbedded || without.includes('postgres') ? undefined : postgresProblem(config.databaseUrl),
    config.temporal.embedded || without.includes('temporal') ? undefined : findTemporalProblem(config),
  ]);
  const problems = [
    ...(database === undefined ? [] : [`PostgreSQL at DATABASE_URL cannot be used: ${database}`]),
    ...(temporal === undefined ? [] : [`Temporal at TEMPORAL_ADDRESS ${config.temporal.address}: ${temporal}`]),
  ];
  if (problems.length > 0) throw new StackProblem(problems.join('\n'));
}

const findTemporalProblem = async ({ temporal }: Config) =>
  (await import('./temporal-client.ts')).temporalProblem(temporal);

async function bringUpToDate(config: Config, say: (line: string) => void): Promise<void> {
  const db = connect(config.databaseUrl, { max: 1 });
  try {
    const ran = await migrate(db);
    if (ran.length > 0) say(`Database: ran ${ran.length} migration${ran.length === 1 ? '' : 's'}`);
  } finally {
    await db.destroy();
  }
}

async function sayExample(config: Config, say: (line: string) => void): Promise<void> {
  const target = config.repositories.example?.path ?? '';
  const made = await ensureExample(target);
  say(
    `Repository: ${target}, a bare copy of the example${made ? ', just made' : ''}; set GIT_BASE_REPO_PATH for your own`,
  );
}

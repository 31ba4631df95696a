/** The parts of the local stack, each with the command that runs it and the condition that tells it is ready. */
import { globSync } from 'node:fs';
import path from 'node:path';
import { compileCache } from '../../compile-cache.ts';
import type { Config } from '../../config/config.ts';
import { PROJECT_DIR } from '../../config/files.ts';
import { FACTORY_QUEUE } from '../../workflows/contract/task-queues.ts';
import { findTemporalCli } from '../programs/temporal.ts';
import { environmentOf, withheldFrom } from './environment.ts';
import { portAnswers } from './ports.ts';
import { ensureDatabase, preparePostgres } from './postgres.ts';
import type { Command } from './process.ts';
import type { PartName } from './process-list.ts';
import { isPolledHere, isServed, temporalCommand } from './temporal.ts';

export interface Part {
  readonly name: PartName;
  readonly command: () => Promise<Command>;
  readonly isReady: (since: Date) => Promise<boolean>;
  /** How long its first start may take. */
  readonly readyMs: number;
  /** How long it may take to end before it is made to. */
  readonly graceMs: number;
}

export interface StackOptions {
  /** Restart worker and API when a source file changes. */
  readonly watch?: boolean;
  /** Variables for worker, API and model on top of the Config's. */
  readonly env?: Readonly<Record<string, string>>;
  /** For the scripted model: how it answers. */
  readonly modelArgs?: readonly string[];
  /** Parts that are not wanted: tests of one part, say. */
  readonly without?: readonly PartName[];
}

/** The parts that this Config needs here; `modelPort` is the scripted model's, where there is one. */
export function partsOf(config: Config, options: StackOptions, modelPort: number | undefined): Part[] {
  const parts = [
    ...(config.databaseEmbedded ? [postgres(config)] : []),
    ...(config.temporal.embedded ? [temporal(config)] : []),
    ...(modelPort === undefined ? [] : [model(config, options, modelPort)]),
    worker(config, options, modelPort),
    api(config, options, modelPort),
    ...(options.watch === true ? [pages(config)] : []),
  ];
  return parts.filter(({ name }) => options.without?.includes(name) !== true);
}

/** Without a key, and without another address to ask, our own model answers. */
export const needsScriptedModel = ({ model }: Config): boolean =>
  model.apiKey === undefined && model.baseUrl === undefined;

const postgres = (config: Config): Part => ({
  name: 'postgres',
  command: () => preparePostgres(path.join(config.stateDir, 'postgres'), config.ports.postgres),
  isReady: async () => {
    await ensureDatabase(config.databaseUrl);
    return true;
  },
  readyMs: 60_000,
  graceMs: 10_000,
});

const temporal = (config: Config): Part => ({
  name: 'temporal',
  command: async () => {
    const cli = await findTemporalCli();
    if (cli === undefined) throw new Error('the Temporal CLI is missing; run `npm run setup`');
    return temporalCommand({
      cli,
      folder: path.join(config.stateDir, 'temporal'),
      port: config.ports.temporal,
      uiPort: config.ports.temporalUi,
      namespace: config.temporal.namespace,
    });
  },
  isReady: async () => (await portAnswers(config.ports.temporal)) && (await isServed(embedded(config))),
  readyMs: 60_000,
  graceMs: 10_000,
});

const embedded = ({ ports, temporal: { namespace } }: Config) => ({ uiPort: ports.temporalUi, namespace });

const model = (config: Config, options: StackOptions, port: number): Part => ({
  name: 'model',
  command: async () => program(config, options, undefined, 'model', modelArgs(options, port)),
  isReady: () => portAnswers(port),
  readyMs: 30_000,
  graceMs: 2_000,
});

/** The example's epic is answered by its scenario, every other one by default. */
function modelArgs({ modelArgs = [] }: StackOptions, port: number): string[] {
  const [scenario] = globSync('examples/*/scenario.yaml', { cwd: PROJECT_DIR }).sort();
  return ['--port', String(port), ...(scenario === undefined ? [] : ['--scenario', scenario]), ...modelArgs];
}

const worker = (config: Config, options: StackOptions, modelPort: number | undefined): Part => ({
  name: 'worker',
  command: async () => program(config, options, modelPort, 'worker'),
  isReady: async (since) => {
    if (config.temporal.embedded) return isPolledHere(embedded(config), FACTORY_QUEUE, since);
    const { isPolled } = await import('./temporal-client.ts');
    return isPolled(config.temporal, FACTORY_QUEUE, since);
  },
  // It bundles the workflows first, which a machine that is busy with other things takes minutes for.
  readyMs: 300_000,
  graceMs: 10_000,
});

const api = (config: Config, options: StackOptions, modelPort: number | undefined): Part => ({
  name: 'api',
  command: async () => program(config, options, modelPort, 'api', options.watch === true ? ['--without-pages'] : []),
  isReady: async () => (await fetch(`${apiUrl(config)}/health/live`, { signal: AbortSignal.timeout(2_000) })).ok,
  readyMs: 60_000,
  graceMs: 5_000,
});

/** The API serves the pages that were built; this serves them as they are being written. */
const pages = (config: Config): Part => ({
  name: 'pages',
  command: async () => ({
    file: process.execPath,
    args: [
      ...[path.join(PROJECT_DIR, 'web', 'dev-server.ts'), '--api', apiUrl(config)],
      ...['--host', config.backendHost, '--port', String(config.ports.frontend)],
    ],
    env: environmentOf(config, withheldFrom('model')),
    cwd: PROJECT_DIR,
  }),
  isReady: () => portAnswers(config.ports.frontend),
  readyMs: 60_000,
  graceMs: 2_000,
});

/** Where this stack's own API listens. */
export const apiUrl = (config: Config): string => urlOf(config, config.ports.backend);

/** Where people look. */
export const pagesUrl = (config: Config): string => urlOf(config, config.ports.frontend);

function urlOf({ backendHost }: Config, port: number): string {
  const everywhere = backendHost === '0.0.0.0' || backendHost === '::';
  return `http://${everywhere ? '127.0.0.1' : backendHost}:${port}`;
}

/** MB for young objects in each heap, which V8 otherwise lets take as much memory as everything else. */
const FRUGAL = ['--max-semi-space-size=8'];
/** glibc gives each thread an arena that only grows; other C libraries ignore this. */
const FEW_ARENAS = { MALLOC_ARENA_MAX: '2' };

const FILES = { worker: 'worker/main.ts', api: 'api/main.ts', model: 'local/model/server.ts' } as const;

/** One of our own programs, on the Node that runs this one. */
function program(
  config: Config,
  { watch = false, env = {} }: StackOptions,
  modelPort: number | undefined,
  part: keyof typeof FILES,
  args: readonly string[] = [],
): Command {
  const baseUrl = modelPort === undefined ? {} : { ANTHROPIC_BASE_URL: `http://127.0.0.1:${modelPort}` };
  const watching = watch && part !== 'model' ? ['--watch', '--watch-preserve-output'] : [];
  return {
    file: process.execPath,
    args: [...watching, ...(part === 'worker' ? FRUGAL : []), path.join(PROJECT_DIR, FILES[part]), ...args],
    env: environmentOf(config, { ...FEW_ARENAS, ...baseUrl, ...withheldFrom(part), ...compileCache(), ...env }),
    cwd: PROJECT_DIR,
    group: watching.length > 0,
  };
}

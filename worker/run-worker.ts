/** A worker process from its start to its end: connections, the Temporal Workers of what it serves, its sign of life. */
import { Client } from '@temporalio/client';
import { NativeConnection, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { createModelClient } from '../activities/agent/model-call.ts';
import { findSandbox, sandboxProblem } from '../activities/terminal/sandbox-probe.ts';
import type { Config } from '../config.ts';
import { connect } from '../db/connection.ts';
import { createWorkers, type Servable } from './create-workers.ts';
import { endLeftovers, hostName } from './host.ts';
import { createHostReports } from './host-reports.ts';
import { prepareNamespace } from './namespace.ts';
import { startRunner } from './runner.ts';
import { installRuntime } from './runtime.ts';

export interface WorkerProcess {
  readonly config: Config;
  readonly serve: readonly Servable[];
  /** Being made while the connections are. */
  readonly workflowBundle: Promise<WorkflowBundleOption>;
  readonly interceptors?: WorkerOptions['interceptors'];
}

/** Runs until SIGTERM or SIGINT, which let running activities end. */
export async function runWorker({ config, serve, workflowBundle, interceptors }: WorkerProcess): Promise<void> {
  // Under `node --watch` threads report their imports to us, and the SDK would take that for a workflow's answer.
  delete process.env.WATCH_REPORT_DEPENDENCIES;

  startRunner();
  const logger = installRuntime(config.logLevel);
  const sandbox = await findSandbox(config.sandbox);
  // A host's worker process has no key of its own where others call the model.
  const mayBeReal = config.model.apiKey !== undefined || config.model.baseUrl === undefined;
  const unsafe = serve.includes('host') ? sandboxProblem(config, sandbox.kind !== 'none', mayBeReal) : undefined;
  if (unsafe !== undefined) {
    logger.fatal(unsafe);
    process.exit(1);
  }
  const connection = await NativeConnection.connect(config.temporal.connection);
  const { namespace } = config.temporal;
  const temporal = new Client({ connection, namespace });
  const db = connect(config.databaseUrl, {
    max: 20,
    onError: (error) => logger.warn({ error }, 'A database connection broke'),
  });
  await prepareNamespace(temporal, {
    hasTracker: config.linear !== undefined,
    hasForge: config.forge.kind === 'github',
  });

  const host = hostName(config.stateDir, config.host.name);
  if (serve.includes('host')) {
    await endLeftovers(db, { host, stateDir: config.stateDir, socket: config.host.tmuxSocket, logger });
  }
  const workers = await createWorkers({
    connection,
    namespace,
    workflowBundle: await workflowBundle,
    serve,
    turnsPerSecond: config.model.turnsPerSecond,
    concurrency: config.host.capacity * 4,
    dependencies: {
      db,
      temporal,
      config,
      host,
      sandbox,
      model: createModelClient({ apiKey: config.model.apiKey ?? 'scripted', baseUrl: config.model.baseUrl }),
    },
    ...(interceptors === undefined ? {} : { interceptors }),
  });

  const reports = serve.includes('host')
    ? createHostReports({
        ...{ db, temporal, logger, name: host, capacity: config.host.capacity, sandbox: sandbox.description },
        refusal: () => undefined,
      })
    : undefined;
  let leaving: Promise<unknown> | undefined;
  const stop = (): void => {
    leaving ??= reports?.signOff();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  logger.info({ serve, host, namespace, sandbox: sandbox.description }, 'ready');
  await reports?.start();
  await Promise.all(workers.map((worker) => worker.run()));
  await leaving;
  await connection.close();
  await db.destroy();
}

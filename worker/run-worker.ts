/** A worker process from its start to its end: connections, the Temporal Workers of what it serves, its sign of life. */

import { setTimeout as sleep } from 'node:timers/promises';
import { Client } from '@temporalio/client';
import { NativeConnection, type WorkerOptions, type WorkflowBundleOption } from '@temporalio/worker';
import { forgeHomeProblem } from '../activities/forge/local-folder.ts';
import { storedWithoutSecrets } from '../activities/secrets/redact.ts';
import { createModelClient } from '../clients/model/call.ts';
import { findSandbox, sandboxProblem } from '../clients/terminal/sandbox-probe.ts';
import type { Config } from '../config/config.ts';
import { keepThreadsFromReporting } from '../config/environment.ts';
import { connect } from '../db/connection.ts';
import { trimHeap } from '../trim-heap.ts';
import { defined } from '../workflows/contract/optional-fields.ts';
import { createWorkers, type Servable } from './create-workers.ts';
import { watchWorkflows } from './endless-workflows.ts';
import { createFailingSteps } from './failing-steps.ts';
import { endLeftovers, hostName, sweepHost } from './host.ts';
import { createHostReports } from './host-reports.ts';
import { prepareNamespace } from './namespace.ts';
import { startRunner } from './runner.ts';
import { installRuntime } from './runtime.ts';
import { watchSteps } from './watch-steps.ts';

export interface WorkerProcess {
  readonly config: Config;
  readonly serve: readonly Servable[];
  /** Being made while the connections are. */
  readonly workflowBundle: Promise<WorkflowBundleOption>;
  readonly interceptors?: WorkerOptions['interceptors'];
}

/** The launcher gives a worker process ten seconds to end. */
const SIGN_OFF_MS = 5_000;

/** Runs until SIGTERM or SIGINT, which let running activities end. */
export async function runWorker({ config, serve, workflowBundle, interceptors }: WorkerProcess): Promise<void> {
  keepThreadsFromReporting();
  startRunner();
  const logger = installRuntime(config.logLevel);
  watchWorkflows({ stateDir: config.stateDir, diagnostics: config.workflowDiagnostics, logger });
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
    clean: storedWithoutSecrets,
    onError: (error) => logger.warn({ error }, 'A database connection broke'),
  });
  await prepareNamespace(temporal, {
    hasTracker: config.linear !== undefined,
    hasForge: config.forge.kind === 'github',
  });

  const host = hostName(config.stateDir, config.host.name);
  if (config.forge.kind === 'local' && serve.some((queue) => queue !== 'model')) {
    const problem = await forgeHomeProblem(db, { stateDir: config.stateDir, host });
    if (problem !== undefined) {
      logger.fatal(problem);
      process.exit(1);
    }
  }
  const { stateDir } = config;
  const stopEnding = serve.includes('host')
    ? await endLeftovers(db, { host, stateDir, socket: config.host.tmuxSocket, logger })
    : undefined;
  const steps = createFailingSteps();
  const reports = serve.includes('host')
    ? createHostReports({
        db,
        temporal,
        logger,
        name: host,
        capacity: config.host.capacity,
        sandbox: sandbox.description,
        refusal: steps.refusal,
      })
    : undefined;
  const onRefusal = (): void => {
    logger.warn({ host, reason: steps.refusal() ?? 'a set-up step succeeded: it takes work again' }, 'Host');
    void reports?.report();
  };
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
    aroundSteps: watchSteps(steps, onRefusal),
    ...defined({ interceptors }),
  });

  let isStopped = false;
  let leaving: Promise<unknown> | undefined;
  const stop = (): void => {
    isStopped = true;
    leaving ??= reports?.signOff();
    for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
  };
  process.once('SIGTERM', stop);
  process.once('SIGINT', stop);
  trimHeap();
  logger.info({ serve, host, namespace, sandbox: sandbox.description }, 'ready');
  await reports?.start();
  const here = { stateDir, host, worktreeBase: config.host.worktreeBase };
  const stopSweeping = serve.includes('host') ? sweepHost(db, here, logger) : undefined;
  const running = workers.map((worker) => worker.run());
  // SIGTERM may have come before there was anything to end.
  if (isStopped) stop();
  await Promise.all(running);
  stopSweeping?.();
  stopEnding?.();
  // Whatever does not answer by then, its silence says the rest.
  await Promise.race([leaving, sleep(SIGN_OFF_MS, undefined, { ref: false })]);
  await connection.close();
  await db.destroy();
}

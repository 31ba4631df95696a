/** A worker process: `node worker/main.ts [--serve factory,model,host]`. */
import { parseArgs } from 'node:util';
import { Client } from '@temporalio/client';
import { NativeConnection } from '@temporalio/worker';
import { createModelClient } from '../activities/agent/model-call.ts';
import { loadConfig } from '../config.ts';
import { connect } from '../db/connection.ts';
import { bundleWorkflows } from './bundle.ts';
import { createWorkers, SERVABLE, type Servable } from './create-workers.ts';
import { endLeftovers, hostName, reportHostWhile } from './host.ts';
import { prepareNamespace } from './namespace.ts';
import { startRunner } from './runner.ts';
import { installRuntime } from './runtime.ts';

const { values } = parseArgs({ options: { serve: { type: 'string', default: SERVABLE.join(',') } } });
const serve = values.serve.split(',').map((word) => word.trim());
const unknown = serve.filter((word) => !SERVABLE.includes(word as Servable));
if (unknown.length > 0) {
  console.error(`--serve takes ${SERVABLE.join(', ')}; not: ${unknown.join(', ')}`);
  process.exit(2);
}

// Under `node --watch` threads report their imports to us, and the SDK would take that for a workflow's answer.
delete process.env.WATCH_REPORT_DEPENDENCIES;

const config = loadConfig();
startRunner();
const logger = installRuntime(config.logLevel);
const bundling = bundleWorkflows();
const connection = await NativeConnection.connect(config.temporal.connection);
const { namespace } = config.temporal;
const temporal = new Client({ connection, namespace });
const db = connect(config.databaseUrl, {
  max: 20,
  onError: (error) => logger.warn({ error }, 'A database connection broke'),
});
await prepareNamespace(temporal);

const host = hostName(config.stateDir, config.host.name);
if (serve.includes('host')) {
  await endLeftovers(db, { host, stateDir: config.stateDir, socket: config.host.tmuxSocket, logger });
}
const workers = await createWorkers({
  connection,
  namespace,
  workflowBundle: await bundling,
  serve: serve as Servable[],
  turnsPerSecond: config.model.turnsPerSecond,
  concurrency: config.host.capacity * 4,
  dependencies: {
    db,
    temporal,
    config,
    host,
    model: createModelClient({ apiKey: config.model.apiKey ?? 'scripted', baseUrl: config.model.baseUrl }),
  },
});

const stop = (): void => {
  for (const worker of workers) if (worker.getState() === 'RUNNING') worker.shutdown();
};
process.once('SIGTERM', stop);
process.once('SIGINT', stop);
logger.info({ serve, host, namespace }, 'ready');
await reportHostWhile(
  serve.includes('host') ? { db, name: host, capacity: config.host.capacity, logger } : undefined,
  Promise.all(workers.map((worker) => worker.run())),
);
await connection.close();
await db.destroy();

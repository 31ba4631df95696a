/** The API process: builds the server from the configuration and listens until it is told to stop. */
import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import { createMirrorReader } from '../activities/forge/diff.ts';
import { storedWithoutSecrets } from '../activities/secrets/redact.ts';
import { loadConfig } from '../config.ts';
import { refuseOpenDoor } from '../config-access.ts';
import { absolute } from '../config-files.ts';
import { connect } from '../db/connection.ts';
import { trimHeap } from '../trim-heap.ts';
import { buildServer } from './server.ts';

const config = loadConfig();
refuseOpenDoor(config);
const db = connect(config.databaseUrl, { clean: storedWithoutSecrets });
// Connects with the first call: the API starts, and says what is missing, while Temporal is away.
const connection = Connection.lazy(config.temporal.connection);
const temporal = new Client({ connection, namespace: config.temporal.namespace });
const { allowedHosts, apiToken, limits, logLevel, webhookSecrets } = config;
const { version } = JSON.parse(readFileSync(absolute('package.json'), 'utf8')) as { version: string };
const forge = createMirrorReader(config.stateDir);
const app = await buildServer({
  ...{ db, temporal, forge, webhookSecrets, allowedHosts, apiToken, logLevel },
  ...{ version, limits },
});

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await app.close();
    await db.destroy();
    // Not connection.close(): gRPC's waiting retries throw from a timer once the channel is closed.
    process.exit(0);
  });
}
try {
  await app.listen({ host: config.backendHost, port: config.ports.backend });
  trimHeap();
} catch (error) {
  if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
  console.error(`Port ${config.ports.backend} is taken; end what uses it or set BACKEND_PORT to another`);
  process.exit(1);
}

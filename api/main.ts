/** The API process: builds API and pages from the configuration and listens until it is told to stop. */
import { readFileSync } from 'node:fs';
import { Client, Connection } from '@temporalio/client';
import type { FastifyInstance } from 'fastify';
import { buildMessages } from '../activities/agent/transcript.ts';
import { createMirrorReader } from '../activities/forge/diff.ts';
import { storedWithoutSecrets } from '../activities/secrets/redact.ts';
import { refuseOpenDoor } from '../config/access.ts';
import { loadConfig } from '../config/config.ts';
import { absolute } from '../config/files.ts';
import { connect } from '../db/connection.ts';
import { createListen } from '../db/listen.ts';
import { trimHeap } from '../trim-heap.ts';
import { buildPages } from './pages.ts';
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
// `npm run dev` serves the pages as they are being written.
const servesPages = !process.argv.includes('--without-pages');
const listen = createListen(config.databaseUrl);
const app = await buildServer({
  db,
  temporal,
  listen,
  forge,
  webhookSecrets,
  allowedHosts,
  apiToken,
  logLevel,
  version,
  limits,
  clean: storedWithoutSecrets,
  buildMessages,
  temporalUiUrl: config.temporal.uiUrl,
});

await app.ready();
const pages = await buildPages({ api: app, folder: absolute('dist/web') });

for (const signal of ['SIGINT', 'SIGTERM'] as const) {
  process.once(signal, async () => {
    await pages.close();
    await app.close();
    await db.destroy();
    // Not connection.close(): gRPC's waiting retries throw from a timer once the channel is closed.
    process.exit(0);
  });
}
await open(app, config.ports.backend, 'BACKEND_PORT');
if (servesPages) await open(pages, config.ports.frontend, 'FRONTEND_PORT');
trimHeap();

async function open(server: Pick<FastifyInstance, 'listen'>, port: number, variable: string): Promise<void> {
  try {
    await server.listen({ host: config.backendHost, port });
  } catch (error) {
    if (!(error instanceof Error && 'code' in error && error.code === 'EADDRINUSE')) throw error;
    console.error(`Port ${port} is taken; end what uses it or set ${variable} to another`);
    process.exit(1);
  }
}

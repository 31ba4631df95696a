/** The HTTP API as a function of what it depends on; nothing happens until somebody listens or injects. */

import { type FastifyInstance, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { MirrorReader } from '../activities/forge/diff.ts';
import type { Listen } from '../db/listen.ts';
import { readFactoryPause } from '../db/reads/factory-pause.ts';
import { defined } from '../workflows/contract/optional-fields.ts';
import { createAccessGuard } from './auth.ts';
import { closeUnused } from './connections.ts';
import { createCourier } from './courier.ts';
import type { ServerDependencies, WebhookSecrets } from './dependencies.ts';
import { createDraftWatch } from './draft-watch.ts';
import { answerError, answerNotFound } from './errors.ts';
import { createFeed } from './feed.ts';
import type { Limits } from './fleet.ts';
import { watchMethods } from './methods.ts';
import { describeApi } from './openapi.ts';
import type { BuildMessages } from './recording/recorded-agent.ts';
import { refusePartsNames } from './reserved-names.ts';
import { createPendingReader } from './retries.ts';
import { accountRoutes } from './routes/account.ts';
import { costRoutes } from './routes/costs.ts';
import { diffRoutes } from './routes/diff.ts';
import { epicRoutes } from './routes/epics.ts';
import { eventRoutes } from './routes/events.ts';
import { exportRoutes } from './routes/export.ts';
import { healthRoutes } from './routes/health.ts';
import { hostRoutes } from './routes/hosts.ts';
import { laneRoutes } from './routes/lanes.ts';
import { liveRoutes } from './routes/live.ts';
import { mailRoutes } from './routes/mail.ts';
import { messageRoutes } from './routes/messages.ts';
import { pauseRoutes } from './routes/pause.ts';
import { planRoutes } from './routes/plan.ts';
import { readRoutes } from './routes/reads.ts';
import { recordingRoutes } from './routes/recording.ts';
import { repairRoutes } from './routes/repair.ts';
import { requestRoutes } from './routes/requests.ts';
import { searchRoutes } from './routes/search.ts';
import { sessionRoutes } from './routes/session.ts';
import { webhookRoutes } from './routes/webhooks.ts';
import { createRunUrl } from './run-urls.ts';
import { createStandstillWatch } from './standstill.ts';

export interface ServerOptions extends Pick<ServerDependencies, 'db' | 'temporal'> {
  readonly answerWithinMs?: number;
  /** How often it is asked whether work can go on, while somebody follows the events. */
  readonly lookForStandstillMs?: number;
  /** Of Temporal's Web UI, as browsers reach it; nothing links there without it. */
  readonly temporalUiUrl?: string | undefined;
  /** How to wait for changes; they are looked for once a second without it. */
  readonly listen?: Listen;
  /** Without it no diff can be read here. */
  readonly forge?: MirrorReader;
  readonly webhookSecrets?: WebhookSecrets;
  readonly version?: string;
  /** As in the dependencies; without it histories are exported as Temporal has them. */
  readonly clean?: (text: string) => string;
  /** How requests of the model are built from rows; without it no epic can be recorded. */
  readonly buildMessages?: BuildMessages;
  readonly limits?: Limits;
  /** Host names besides loopback's that requests may be sent to and pages may come from. */
  readonly allowedHosts: readonly string[];
  /** What every request must send as its bearer token; none is asked for without it. */
  readonly apiToken?: string | undefined;
  readonly logLevel: string;
  /** Where log lines go; stdout by default. */
  readonly logTo?: { write(line: string): void };
}

const NO_SECRETS: WebhookSecrets = { linear: undefined };
const NO_FORGE: MirrorReader = {
  mirror: () => undefined,
  readChanges: async () => undefined,
  readPatch: async () => undefined,
};

export async function buildServer(options: ServerOptions) {
  const { db, temporal, answerWithinMs = 5_000, forge = NO_FORGE, allowedHosts, apiToken, logLevel } = options;
  const { webhookSecrets = NO_SECRETS, listen, version = 'unknown', limits = null, logTo } = options;
  const { clean = (text) => text, buildMessages } = options;
  const app = fastify({
    logger: { level: logLevel, ...defined({ stream: logTo }) },
    logController: new LogController({ disableRequestLogging: true }),
    // What is refused before a route is found has the one error shape too.
    frameworkErrors: answerError,
    // What Temporal takes as one payload.
    bodyLimit: 2_000_000,
    // Above what any id may have, so that the schema of the route says what is wrong with it.
    routerOptions: { maxParamLength: 2_000 },
  }).withTypeProvider<ZodTypeProvider>();
  const courier = createCourier({ db, temporal, answerWithinMs, log: app.log });
  const feed = createFeed({ db, listen, log: app.log });
  const drafts = createDraftWatch({ db, log: app.log });
  const { lookForStandstillMs: everyMs } = options;
  const standstillWatch = createStandstillWatch({
    temporal,
    readPause: () => readFactoryPause(db),
    ...defined({ everyMs }),
  });
  const readPending = createPendingReader({ db, temporal });
  const runUrl = createRunUrl(options.temporalUiUrl, temporal.options.namespace);
  const dependencies = {
    ...{
      db,
      temporal,
      answerWithinMs,
      forge,
      webhookSecrets,
      courier,
      feed,
      drafts,
      standstillWatch,
      readPending,
      runUrl,
      version,
      clean,
      buildMessages,
      limits,
    },
  };
  app.addHook('onListen', async () => {
    courier.start();
    feed.start();
  });
  app.addHook('onClose', () => Promise.all([courier.stop(), feed.stop(), drafts.stop()]).then(() => undefined));
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', async (_, reply) => {
    // Nobody puts a frame around the documentation, whose buttons send requests.
    reply.headers({ 'x-frame-options': 'DENY', 'x-content-type-options': 'nosniff' });
  });
  app.addHook('onRequest', createAccessGuard({ allowedHosts, apiToken }));
  app.addHook('preHandler', refusePartsNames);
  acceptOnlyJson(app);
  closeUnused(app);
  const closeOtherMethods = watchMethods(app);
  await describeApi(app);
  await app.register(epicRoutes(dependencies));
  await app.register(diffRoutes(dependencies));
  await app.register(eventRoutes(dependencies));
  await app.register(liveRoutes(dependencies));
  await app.register(messageRoutes(dependencies));
  await app.register(mailRoutes(dependencies));
  await app.register(repairRoutes(dependencies));
  await app.register(readRoutes(dependencies));
  await app.register(healthRoutes(dependencies));
  await app.register(hostRoutes(dependencies));
  await app.register(laneRoutes(dependencies));
  await app.register(pauseRoutes(dependencies));
  await app.register(costRoutes(dependencies));
  await app.register(planRoutes(dependencies));
  await app.register(accountRoutes(dependencies));
  await app.register(exportRoutes(dependencies));
  await app.register(recordingRoutes(dependencies));
  await app.register(requestRoutes(dependencies));
  await app.register(searchRoutes(dependencies));
  await app.register(sessionRoutes({ apiToken }));
  await app.register(webhookRoutes(dependencies));
  closeOtherMethods();
  return app;
}

/** JSON with an empty body is an empty object: most messages have only fields that may be left out. */
function acceptOnlyJson(app: Pick<FastifyInstance, keyof FastifyInstance>): void {
  const parse = app.getDefaultJsonParser('error', 'error');
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('application/json', { parseAs: 'string' }, (request, body, done) => {
    if (body === '') done(null, {});
    else parse(request, body as string, done);
  });
}

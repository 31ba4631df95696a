/** The HTTP API as a function of what it depends on; nothing happens until somebody listens or injects. */
import type { Client } from '@temporalio/client';
import { type FastifyInstance, fastify, LogController } from 'fastify';
import { serializerCompiler, validatorCompiler, type ZodTypeProvider } from 'fastify-type-provider-zod';
import type { Database } from '../db/connection.ts';
import { createAccessCheck } from './auth.ts';
import { answerError, answerNotFound } from './errors.ts';
import { describeApi } from './openapi.ts';
import { epicRoutes } from './routes/epics.ts';
import { healthRoutes } from './routes/health.ts';
import { messageRoutes } from './routes/messages.ts';
import { readRoutes } from './routes/reads.ts';

export interface ServerDependencies {
  readonly db: Database;
  readonly temporal: Client;
  /** How long an epic may take to answer before it is "pending". */
  readonly answerWithinMs: number;
}

export interface ServerOptions extends Omit<ServerDependencies, 'answerWithinMs'> {
  readonly answerWithinMs?: number;
  /** Host names besides loopback's that requests may be sent to and pages may come from. */
  readonly allowedHosts: readonly string[];
  readonly logLevel: string;
}

export async function buildServer({ db, temporal, answerWithinMs = 5_000, allowedHosts, logLevel }: ServerOptions) {
  const dependencies = { db, temporal, answerWithinMs };
  const app = fastify({
    logger: { level: logLevel },
    logController: new LogController({ disableRequestLogging: true }),
    // What Temporal takes as one payload.
    bodyLimit: 2_000_000,
  }).withTypeProvider<ZodTypeProvider>();
  app.setValidatorCompiler(validatorCompiler);
  app.setSerializerCompiler(serializerCompiler);
  app.setErrorHandler(answerError);
  app.setNotFoundHandler(answerNotFound);
  app.addHook('onRequest', createAccessCheck(allowedHosts));
  acceptOnlyJson(app);
  await describeApi(app);
  await app.register(epicRoutes(dependencies));
  await app.register(messageRoutes(dependencies));
  await app.register(readRoutes(dependencies));
  await app.register(healthRoutes(dependencies));
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

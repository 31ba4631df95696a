/** What other systems tell us: signed bytes in, a word to a workflow out. Nothing is read before the signature holds. */
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { isKnownDelivery } from '../../db/reads/deliveries.ts';
import { rememberDelivery } from '../../db/writes/deliveries.ts';
import { intakeStartOptions } from '../../workflows/contract/tracker.ts';
import { ApiError } from '../errors.ts';
import { type Executions, inTime } from '../executions.ts';
import type { ServerDependencies } from '../server.ts';
import { isFresh, meaningOf, parseLinearEvent } from '../webhooks/linear.ts';
import { digestOf, isSigned } from '../webhooks/signature.ts';

const MOST_BYTES = 5 * 1024 * 1024;

export const webhookRoutes =
  ({ db, webhookSecrets, ...executions }: ServerDependencies): FastifyPluginAsync =>
  async (app) => {
    takeBytes(app);
    app.addHook('onError', async (request, _reply, error) => {
      request.log.warn({ route: request.routeOptions.url, reason: error.message }, 'A delivery was refused');
    });

    /**
     * 200 when taken, which is all that Linear counts as delivered; 202 for a kind of event that nobody here knows.
     * A delivery is remembered after the word was passed on, so one that fails may come again.
     */
    app.post('/webhooks/linear', { schema: { hide: true }, bodyLimit: MOST_BYTES }, async (request, reply) => {
      const body = signedBody(request, {
        secret: webhookSecrets.linear,
        variable: 'LINEAR_WEBHOOK_SECRET',
        signature: header(request, 'linear-signature'),
      });
      const event = parseLinearEvent(parseJson(body));
      if (event === undefined) throw new ApiError('InvalidInput', 'This is no event of Linear');
      if (!isFresh(event, Date.now())) {
        throw new ApiError('Unauthorized', 'The delivery is not fresh by its signed webhookTimestamp', { status: 401 });
      }
      const meaning = meaningOf(event);
      if (meaning.kind === 'unknown') return reply.code(202).send(ignored(`nothing is done about ${event.type}`));
      if (meaning.kind === 'ours') return reply.code(200).send(ignored('the factory said so itself'));
      const names = [digestOf(body), header(request, 'linear-delivery') ?? []].flat();
      if (await isKnownDelivery(db, 'linear', names)) {
        request.log.info({ delivery: names[0] }, 'A delivery came again and changes nothing');
        return reply.code(200).send(ignored('it was taken before'));
      }
      await startIntake(executions, meaning.issueId);
      await rememberDelivery(db, 'linear', names);
      return reply.code(200).send({ status: 'taken' });
    });
  };

/** In this plugin alone bodies stay bytes, whatever they say they are. */
function takeBytes(app: FastifyInstance): void {
  app.removeAllContentTypeParsers();
  app.addContentTypeParser('*', { parseAs: 'buffer', bodyLimit: MOST_BYTES }, (_request, body, done) =>
    done(null, body),
  );
}

interface Signed {
  readonly secret: string | undefined;
  readonly variable: string;
  readonly signature: string | undefined;
}

function signedBody(request: FastifyRequest, { secret, variable, signature }: Signed): Buffer {
  if (secret === undefined) {
    throw new ApiError('Unauthorized', `This route is closed: set ${variable} to the webhook's secret to open it`);
  }
  const body = Buffer.isBuffer(request.body) ? request.body : Buffer.alloc(0);
  if (isSigned(body, signature, secret)) return body;
  throw new ApiError('Unauthorized', `The signature does not fit the body and ${variable}`, { status: 401 });
}

function parseJson(body: Buffer): unknown {
  try {
    return JSON.parse(body.toString('utf8'));
  } catch {
    throw new ApiError('InvalidInput', 'The body is no JSON');
  }
}

function header(request: FastifyRequest, name: string): string | undefined {
  const value = request.headers[name];
  return Array.isArray(value) ? value[0] : value;
}

const ignored = (message: string) => ({ status: 'ignored', message });

const startIntake = (executions: Executions, issueId: string) =>
  inTime(executions, () =>
    executions.temporal.workflow.signalWithStart('intakeWorkflow', intakeStartOptions({ issueId })),
  );

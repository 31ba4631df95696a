/** What other systems tell us: signed bytes in, a word to a workflow out. Nothing is read before the signature holds. */
import { WorkflowNotFoundError } from '@temporalio/client';
import type { FastifyInstance, FastifyPluginAsync, FastifyRequest } from 'fastify';
import { isKnownDelivery } from '../../db/reads/deliveries.ts';
import { findOpenPullRequests } from '../../db/reads/open-pull-requests.ts';
import { rememberDelivery } from '../../db/writes/deliveries.ts';
import { ownerOfBranch } from '../../workflows/contract/ids.ts';
import { pullRequestChangedSignal } from '../../workflows/contract/pull-request.ts';
import { intakeStartOptions } from '../../workflows/contract/tracker.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { type Executions, inTime } from '../executions.ts';
import * as github from '../webhooks/github.ts';
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

    /** Passes a delivery on, and remembers it afterwards by its names, so that one that fails may come again. */
    async function once(request: FastifyRequest, sender: string, names: string[], passOn: () => Promise<unknown>) {
      if (await isKnownDelivery(db, sender, names)) {
        request.log.info({ delivery: names[0] }, 'A delivery came again and changes nothing');
        return ignored('it was taken before');
      }
      await passOn();
      await rememberDelivery(db, sender, names);
      return { status: 'taken' };
    }

    /** 200 when taken, which is all that Linear counts as delivered; 202 for a kind of event that nobody here knows. */
    app.post('/webhooks/linear', { schema: { hide: true }, bodyLimit: MOST_BYTES }, async (request, reply) => {
      const body = signedBody(request, {
        secret: webhookSecrets.linear,
        variable: 'LINEAR_WEBHOOK_SECRET',
        signature: header(request, 'linear-signature'),
      });
      const event = parseLinearEvent(parseJson(body));
      if (event === undefined) throw new ApiError('InvalidInput', 'This is no event of Linear');
      if (!isFresh(event, Date.now())) {
        throw new ApiError(
          'Unauthorized',
          'The delivery’s signed webhookTimestamp is not of the last minute; compare the clocks of both machines',
          { status: 401 },
        );
      }
      const meaning = meaningOf(event);
      if (meaning.kind === 'unknown') return reply.code(202).send(ignored(`nothing is done about ${event.type}`));
      if (meaning.kind === 'about-no-issue') return reply.code(200).send(ignored('it is about no issue'));
      if (meaning.kind === 'ours') return reply.code(200).send(ignored('the factory said so itself'));
      const names = [digestOf(body), header(request, 'linear-delivery') ?? []].flat();
      return once(request, 'linear', names, () => startIntake(executions, meaning.issueId));
    });

    /** 202 for what GitHub tells besides. The owners of the pull requests are told to look, and read what they need. */
    app.post('/webhooks/github', { schema: { hide: true }, bodyLimit: MOST_BYTES }, async (request, reply) => {
      const body = signedBody(request, {
        secret: webhookSecrets.github,
        variable: 'GITHUB_WEBHOOK_SECRET',
        signature: header(request, 'x-hub-signature-256')?.replace(/^sha256=/, ''),
      });
      const event = header(request, 'x-github-event');
      const meaning = github.meaningOf(event, parseJson(body));
      if (meaning.kind === 'unknown') return reply.code(202).send(ignored(`nothing is done about ${event}`));
      if (meaning.kind === 'nothing') return reply.code(200).send(ignored('there is nothing to look at'));
      const names = [digestOf(body), header(request, 'x-github-delivery') ?? []].flat();
      return once(request, 'github', names, async () => {
        const pulls = [...meaning.pulls, ...(await findOpenPullRequests(db, meaning))];
        await Promise.all(pulls.map((pull) => tellToLook(executions, pull)));
      });
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
  throw new ApiError(
    'Unauthorized',
    `The signature does not match the body; set ${variable} to the secret of this webhook`,
    { status: 401 },
  );
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

/** Ignores workflows that do not run, or no longer run: they have nothing to look at. */
async function tellToLook(executions: Executions, pull: { number: number; head: string }): Promise<void> {
  const owner = ownerOfBranch(pull.head);
  if (owner === undefined) return;
  try {
    const handle = executions.temporal.workflow.getHandle(owner);
    await inTime(executions, () => handle.signal(pullRequestChangedSignal, { number: pull.number }));
  } catch (error) {
    if (!(error instanceof WorkflowNotFoundError)) throw error;
  }
}

/** Epics over HTTP: submit, read, cancel. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readDecisions } from '../../db/reads/decisions.ts';
import { listEpics, readEpic } from '../../db/reads/epics.ts';
import { readFactoryPause } from '../../db/reads/factory-pause.ts';
import { appendDecisions } from '../../db/writes/decisions.ts';
import { CANCEL_EPIC, EpicInput, Person } from '../../workflows/contract/epic.ts';
import { EpicId, epicWorkflowId, TaskKey } from '../../workflows/contract/ids.ts';
import { EpicState } from '../../workflows/contract/states.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { epicIdFor } from '../epic-ids.ts';
import { ApiError, noEpic } from '../errors.ts';
import { cancelEpic, epicStatus, startEpic } from '../executions.ts';
import { heldBy } from '../retries.ts';
import { withRunUrl } from '../run-urls.ts';
import { Before, whole } from '../schemas/common.ts';
import { Epic, EpicInList } from '../schemas/epics.ts';
import { Pending, Refusals, Starting, Submitted, WriteRefusals } from '../schemas/responses.ts';
import { LogEntry } from '../schemas/system.ts';
import { createThrottle } from '../throttle.ts';
import { IdempotencyKey } from './messages.ts';

/** A change of an epic has all who look at it read it at once, and one of it is a dozen statements. */
const READ_EVERY_MS = 50;

const Id = z.object({ id: EpicId });
const Filter = z.strictObject({
  limit: whole(1, 500).default(50),
  state: z
    .enum([...EpicState.options, 'open'])
    .optional()
    .describe('`open`: all that have not ended'),
  before: Before.optional(),
});
const LogPage = z.strictObject({
  after: whole(0, Number.MAX_SAFE_INTEGER).default(0),
  limit: whole(1, 1_000).default(500),
  taskKey: TaskKey.optional(),
});

export const epicRoutes =
  ({ db, forge, readPending, runUrl, ...executions }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const shared = createThrottle<Awaited<ReturnType<typeof readWhole>>>(READ_EVERY_MS);
    const readWhole = async (id: string) => {
      const [epic, { paused, ...pending }, factoryPause] = await Promise.all([
        readEpic(db, id),
        readPending(id),
        readFactoryPause(db),
      ]);
      if (epic === undefined) return undefined;
      const mirror = epic.repository === null ? undefined : forge.mirror(epic.repository);
      const agents = epic.agents.map((agent) => withRunUrl(runUrl, agent));
      return {
        ...withRunUrl(runUrl, heldBy(epic, paused)),
        agents,
        ...pending,
        mirror: mirror ?? null,
        factoryPause,
      };
    };

    /** The same key or tracker issue twice is the same epic, also after it has closed. Only a workflow that started exists. */
    app.post(
      '/epics',
      {
        schema: {
          summary: 'Submit an epic',
          tags: ['epics'],
          headers: IdempotencyKey,
          body: EpicInput,
          response: { 202: Submitted, ...WriteRefusals },
        },
      },
      async (request, reply) => {
        const { body } = request;
        const key = request.headers['idempotency-key'];
        const id = epicIdFor(body, key);
        // An issue of the tracker is one epic, however it has changed since.
        const isKeyed = key !== undefined && body.source === undefined;
        const created = await startEpic(executions, { epicId: id, input: body, isKeyed });
        return reply
          .code(202)
          .header('location', `/epics/${id}`)
          .send({ id, workflowId: epicWorkflowId(id), created });
      },
    );

    app.get(
      '/epics',
      {
        schema: {
          summary: 'List epics, newest first',
          tags: ['epics'],
          querystring: Filter,
          response: { 200: z.array(EpicInList), ...Refusals },
        },
      },
      (request) => listEpics(db, request.query),
    );

    /** 202 in the moments between the start of an epic and its first record. */
    app.get(
      '/epics/:id',
      {
        schema: {
          summary: 'An epic with its tasks, pull requests, cost and open questions',
          tags: ['epics'],
          params: Id,
          response: { 200: Epic, 202: Starting, ...Refusals },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const epic = await shared(id, () => readWhole(id));
        if (epic !== undefined) return epic;
        await requireStarting(id);
        const message = 'the epic has started and nothing is recorded yet; ask again';
        return reply.code(202).send({ id, status: 'starting' as const, message });
      },
    );

    app.get(
      '/epics/:id/log',
      {
        schema: {
          summary: 'The decision log: every decision, transition, approval and refusal with its reason',
          tags: ['epics'],
          params: Id,
          querystring: LogPage,
          response: { 200: z.array(LogEntry), ...Refusals },
        },
      },
      (request) => readDecisions(db, { epicId: request.params.id, ...request.query }),
    );

    app.post(
      '/epics/:id/cancel',
      {
        schema: {
          summary: 'Cancel an epic',
          description:
            'What runs is ended, worktrees with uncommitted work stay. The epic says itself when it has ended.',
          tags: ['epics'],
          params: Id,
          body: Person,
          response: { 202: Pending, ...WriteRefusals },
        },
      },
      async (request, reply) => {
        const { id } = request.params;
        const { by: actor, comment: reason = 'asked through the API' } = request.body;
        // Temporal's cancellation carries no name, so who asked is written here.
        const note = () => {
          const entry = { kind: 'decision' as const, decision: CANCEL_EPIC, actor, reason };
          const at = new Date().toISOString();
          return appendDecisions(db, [{ key: `cancel/${randomUUID()}`, at, epicId: id, ...entry }]);
        };
        await cancelEpic(executions, { epicId: id, note });
        return reply.code(202).send({ status: 'pending' as const, message: 'the epic was asked to end' });
      },
    );

    async function requireStarting(id: string): Promise<void> {
      const status = await epicStatus(executions, id);
      if (status === 'RUNNING') return;
      if (status === undefined) throw noEpic(id);
      const where = `its workflow ${epicWorkflowId(id)} in the Temporal Web UI says why`;
      throw new ApiError(
        'NotFound',
        `Epic "${id}" ended (${status.toLowerCase()}) before it recorded anything; ${where}`,
      );
    }
  };

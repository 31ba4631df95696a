/** Messages of people to an epic over HTTP: stored, then sent as an update to its workflow, which may refuse it. */
import { createHash, randomUUID } from 'node:crypto';
import type { FastifyReply } from 'fastify';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { readRevision } from '../../db/reads/human-requests.ts';
import { isStored } from '../../db/reads/messages.ts';
import {
  AddTask,
  addTaskUpdate,
  cancelTaskUpdate,
  interruptTaskUpdate,
  interruptUpdate,
  Person,
  pauseUpdate,
  RaiseBudget,
  Response,
  RevisePlan,
  RewindTask,
  raiseBudgetUpdate,
  respondUpdate,
  resumeUpdate,
  retryTaskUpdate,
  revisePlanUpdate,
  rewindTaskUpdate,
  skipTaskUpdate,
} from '../../workflows/contract/epic.ts';
import { EpicId, parseTaskId } from '../../workflows/contract/ids.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError, isFailureName } from '../errors.ts';
import { refuseLowerCap } from '../lower-cap.ts';
import { pendingWords } from '../pending-words.ts';
import { Answers } from '../schemas/responses.ts';

/** Sending the same key twice answers the same. */
export const IdempotencyKey = z.object({ 'idempotency-key': z.string().trim().min(1).max(200).optional() });

type TaskParts = NonNullable<ReturnType<typeof parseTaskId>>;

/** `<epic>.<task>` */
export const TaskId = z.object({
  id: z
    .string()
    .regex(/^[a-z0-9-]{1,60}\.[a-z0-9-]{1,40}$/, 'a task is named <epic>.<task>, for example abc.schema')
    .transform((id) => parseTaskId(id) as TaskParts),
});

const Id = z.object({ id: EpicId });
/** `lower`: that the cap may become less than it is, which somebody else may have raised meanwhile. */
const NewCap = RaiseBudget.safeExtend({ lower: z.boolean().default(false) });
const about = (summary: string, tag: string) => ({
  summary,
  tags: [tag],
  headers: IdempotencyKey,
  response: Answers,
});

interface Message {
  readonly epicId: string;
  readonly update: { readonly name: string };
  readonly content: { readonly by: string; readonly taskKey?: string | undefined };
  readonly updateId?: string;
  readonly key: string | undefined;
}

export const messageRoutes =
  ({ db, courier, answerWithinMs }: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    app.post(
      '/epics/:id/respond',
      { schema: { ...about('Answer a human request', 'human requests'), params: Id, body: Response } },
      async (request, reply) => {
        const { requestId, decision, plan, answer, comment, headSha } = request.body;
        const revision = await readRevision(db, request.params.id, requestId);
        // One request has one effect, however often and from wherever the same answer comes. An answer in other words is
        // another one, which the epic tells that it came too late; asked in other words, the request takes a new one.
        const words = [answer, comment, headSha, plan];
        const said = words.every((word) => word === undefined) ? '' : `-${digest(words)}`;
        const updateId = `${requestId}-${decision}${revision === 0 ? '' : `-${revision}`}${said}`;
        return send(reply, { ...to(request), update: respondUpdate, content: request.body, updateId });
      },
    );
    app.post(
      '/epics/:id/pause',
      { schema: { ...about('Pause: no new turn, task, push or merge', 'epics'), params: Id, body: Person } },
      (request, reply) => send(reply, { ...to(request), update: pauseUpdate, content: request.body }),
    );
    app.post(
      '/epics/:id/resume',
      { schema: { ...about('Go on after a pause', 'epics'), params: Id, body: Person } },
      (request, reply) => send(reply, { ...to(request), update: resumeUpdate, content: request.body }),
    );
    app.post(
      '/epics/:id/interrupt',
      { schema: { ...about('End what agents do right now; they go on', 'epics'), params: Id, body: Person } },
      (request, reply) => send(reply, { ...to(request), update: interruptUpdate, content: request.body }),
    );
    app.put(
      '/epics/:id/budget',
      {
        schema: {
          ...about('Set the cap of an epic’s cost; below the present one only with `lower`', 'epics'),
          ...{ params: Id, body: NewCap },
        },
      },
      async (request, reply) => {
        const { lower, ...content } = request.body;
        const message = { ...to(request), update: raiseBudgetUpdate, content };
        // The same key again gets the same answer, whatever the cap is by then; after a refusal it is a new message.
        const { epicId, key } = message;
        const isSentBefore = key !== undefined && (await isStored(db, epicId, idOf(message)));
        if (!lower && !isSentBefore) await refuseLowerCap(db, epicId, content);
        return send(reply, message);
      },
    );
    app.post(
      '/epics/:id/tasks',
      { schema: { ...about('Add a task to a running epic', 'tasks'), params: Id, body: AddTask } },
      (request, reply) => send(reply, { ...to(request), update: addTaskUpdate, content: request.body }),
    );

    app.put(
      '/epics/:id/plan',
      {
        schema: {
          ...about('Revise the plan of a running epic: `tasks` are those that have not started', 'epics'),
          params: Id,
          body: RevisePlan,
        },
      },
      (request, reply) => send(reply, { ...to(request), update: revisePlanUpdate, content: request.body }),
    );

    const taskMessages = [
      { path: 'retry', summary: 'Try a failed task again', update: retryTaskUpdate },
      { path: 'skip', summary: 'Go on without a failed task', update: skipTaskUpdate },
      { path: 'cancel', summary: 'Cancel a task', update: cancelTaskUpdate },
      { path: 'interrupt', summary: 'End what its agent does right now; it goes on', update: interruptTaskUpdate },
    ];
    for (const { path, summary, update } of taskMessages) {
      app.post(
        `/tasks/:id/${path}`,
        { schema: { ...about(summary, 'tasks'), params: TaskId, body: Person } },
        (request, reply) => {
          const { epicId, taskKey } = request.params.id;
          const key = request.headers['idempotency-key'];
          return send(reply, { epicId, key, update, content: { ...request.body, taskKey } });
        },
      );
    }

    app.post(
      '/tasks/:id/rewind',
      {
        schema: {
          ...about('Take a task back to an earlier turn of its Worker', 'tasks'),
          params: TaskId,
          body: RewindTask.omit({ taskKey: true }),
        },
      },
      (request, reply) => {
        const { epicId, taskKey } = request.params.id;
        const key = request.headers['idempotency-key'];
        return send(reply, { epicId, key, update: rewindTaskUpdate, content: { ...request.body, taskKey } });
      },
    );

    /** 200 with the epic's answer, 202 while nobody is there to apply it; a refusal is thrown. */
    async function send(reply: FastifyReply, message: Message) {
      const { epicId, update, content: input, key } = message;
      const id = idOf(message);
      const outcome = await courier.send(
        { epicId, id, name: update.name, input },
        { withinMs: answerWithinMs, isKeyed: key !== undefined && message.updateId === undefined },
      );
      if (outcome === undefined) {
        const words = pendingWords(update.name, key !== undefined);
        return reply.code(202).send({ status: 'pending' as const, message: words });
      }
      if (outcome.kind === 'refused') {
        const { code, message: reason, problems: details } = outcome;
        throw new ApiError(isFailureName(code) ? code : 'Internal', reason, { details });
      }
      const { changed, message: words } = outcome;
      return reply.code(200).send({ status: 'done' as const, changed, message: words });
    }
  };

const idOf = ({ updateId, update, key }: Pick<Message, 'updateId' | 'update' | 'key'>): string =>
  updateId ?? `${update.name}-${key ?? randomUUID()}`;

const digest = (words: unknown): string =>
  createHash('sha256').update(JSON.stringify(words)).digest('hex').slice(0, 16);

const to = (request: { params: { id: string }; headers: { 'idempotency-key'?: string | undefined } }) => ({
  epicId: request.params.id,
  key: request.headers['idempotency-key'],
});

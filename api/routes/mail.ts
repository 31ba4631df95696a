/** Mail between agents and people over HTTP, and what people say to agents at work. */
import { randomUUID } from 'node:crypto';
import type { FastifyPluginAsyncZod } from 'fastify-type-provider-zod';
import { z } from 'zod';
import { countInbox, listMail, readThread } from '../../db/reads/mail.ts';
import { readMail } from '../../db/writes/mail.ts';
import { replyTo } from '../../db/writes/personal-mail.ts';
import { EpicId } from '../../workflows/contract/ids.ts';
import { type Address, isReadByPeople, MailReply, PersonMail, Word } from '../../workflows/contract/mail.ts';
import type { ServerDependencies } from '../dependencies.ts';
import { ApiError } from '../errors.ts';
import { postMail } from '../post-mail.ts';
import { whole } from '../schemas/common.ts';
import { MailFilter, MailPage, MailThread } from '../schemas/mail.ts';
import { Done, Refusals, WriteRefusals } from '../schemas/responses.ts';
import { IdempotencyKey, TaskId } from './messages.ts';

const Numbered = z.object({ number: whole(1) });
const Posted = { 200: Done, ...WriteRefusals } as const;
const tags = ['mail'];

export const mailRoutes =
  (dependencies: ServerDependencies): FastifyPluginAsyncZod =>
  async (app) => {
    const { db } = dependencies;
    const post = { ...dependencies, log: app.log };

    app.get(
      '/mail',
      {
        schema: {
          ...{ summary: 'Mail that people have not read, or all of it, newest first', tags },
          querystring: MailFilter,
          response: { 200: MailPage, ...Refusals },
        },
      },
      async ({ query: { box, ...filter } }) => {
        const [waiting, mails] = await Promise.all([
          countInbox(db),
          listMail(db, { ...filter, isInbox: box === 'inbox' }),
        ]);
        return { waiting, mails };
      },
    );

    app.get(
      '/mail/:number',
      {
        schema: {
          ...{ summary: 'One mail, with what it answers and its answers', tags },
          params: Numbered,
          response: { 200: MailThread, ...Refusals },
        },
      },
      (request) => threadOf(request.params.number),
    );

    app.post(
      '/epics/:id/mail',
      {
        schema: {
          ...{ summary: 'Write to an agent of an epic', tags, headers: IdempotencyKey },
          ...{ params: z.object({ id: EpicId }), body: PersonMail, response: Posted },
        },
      },
      async (request) => {
        const { to, ...mail } = request.body;
        if (to === 'human')
          throw new ApiError('InvalidInput', 'to: this route writes to agents only; name a task or the orchestrator');
        const { id: epicId } = request.params;
        const { number, isNew } = await postMail(post, {
          ...{ ...mail, epicId, id: idOf(epicId, request.headers), kind: 'mail', recipient: to },
        });
        return done(isNew, `mail ${number} is stored; ${whenRead(to)}`);
      },
    );

    app.post(
      '/mail/:number/reply',
      {
        schema: {
          ...{ summary: 'Answer a mail to people', tags, headers: IdempotencyKey },
          ...{ params: Numbered, body: MailReply, response: Posted },
        },
      },
      async (request) => {
        const { number: answered } = request.params;
        const { mail } = await threadOf(answered);
        if (!isReadByPeople(mail.to as Address) || mail.from === 'human')
          throw new ApiError('MailNotToPeople', `Mail ${answered} is not to people; write to ${mail.from} instead`);
        const { body, by } = request.body;
        const reply = replyTo(mail, { id: idOf(mail.epicId, request.headers), body, by });
        const { number, isNew } = await postMail(post, reply);
        await readMail(db, answered, by);
        return done(isNew, `mail ${number} is stored; ${whenRead(reply.recipient as Address)}`);
      },
    );

    app.post(
      '/mail/:number/done',
      {
        schema: {
          ...{ summary: 'Take a mail out of the inbox', tags },
          ...{ params: Numbered, body: MailReply.pick({ by: true }), response: Posted },
        },
      },
      async (request) => {
        const { number } = request.params;
        await threadOf(number);
        const changed = await readMail(db, number, request.body.by);
        return done(changed, changed ? `mail ${number} is done` : `mail ${number} is in no inbox`);
      },
    );

    app.post(
      '/tasks/:id/tell',
      {
        schema: {
          ...{ summary: 'Say something to the Worker of a task, which hears it before its next turn', tags: ['tasks'] },
          ...{ headers: IdempotencyKey, params: TaskId, body: Word, response: Posted },
        },
      },
      async (request) => {
        const { epicId, taskKey } = request.params.id;
        return tell(epicId, `task/${taskKey}`, request);
      },
    );

    app.post(
      '/epics/:id/tell',
      {
        schema: {
          ...{ summary: 'Say something to all Workers of an epic, or to its planner', tags: ['epics'] },
          ...{ headers: IdempotencyKey, params: z.object({ id: EpicId }), body: Word, response: Posted },
        },
      },
      async (request) => tell(request.params.id, 'epic', request),
    );

    async function tell(
      epicId: string,
      recipient: Address | 'epic',
      { body: { text, by }, headers }: { body: z.output<typeof Word>; headers: Headers },
    ) {
      const { number, isNew } = await postMail(post, {
        ...{ id: idOf(epicId, headers), epicId, kind: 'word', recipient, subject: '', body: text, by },
      });
      return done(isNew, `word ${number} is stored; ${HEARD}`);
    }

    async function threadOf(number: number) {
      return (await readThread(db, number)) ?? Promise.reject(new ApiError('NotFound', `There is no mail ${number}`));
    }
  };

type Headers = z.output<typeof IdempotencyKey>;

const HEARD =
  'it is read before the next turn; after a hand-in that is the next round, and the log says so if there is none';

const whenRead = (to: Address): string =>
  isReadByPeople(to) ? 'people see it in the inbox, and no agent reads there' : 'it is read with the next turn there';

const idOf = (epicId: string, headers: Headers): string =>
  `api/${epicId}/${headers['idempotency-key'] ?? randomUUID()}`;

const done = (changed: boolean, message: string) => ({ status: 'done' as const, changed, message });

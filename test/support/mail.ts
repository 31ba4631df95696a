/** Mail of agents against PostgreSQL and the scripted model: agents that write, and what their tests look at. */
import { after, before } from 'node:test';
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import { createMailActivities } from '../../activities/mail/send-mail.ts';
import type { Database } from '../../db/connection.ts';
import { json } from '../../db/json.ts';
import { storeMail } from '../../db/writes/mail.ts';
import { openAgent } from './agent.ts';
import { createDatabase, type TestDatabase } from './database.ts';
import { recorder } from './recording.ts';
import { agentView, epicView, type plannedTask } from './views.ts';

/** Starts with the file's first test and ends with its last. */
export function useMail() {
  let database: TestDatabase;
  let db: Database;
  const { worker, told, close } = openWrittenTo(() => db);
  /** The workflows that were signalled, and those that have ended. */
  const called: string[] = [];
  const ended = new Set<string>();
  const signal = async (id: string) => {
    if (ended.has(id)) throw new WorkflowNotFoundError('it has ended', id, undefined);
    called.push(id);
  };
  const temporal = { workflow: { getHandle: (id: string) => ({ signal: () => signal(id) }) } } as unknown as Client;

  before(async () => {
    database = await createDatabase();
    db = database.db;
  });
  after(async () => {
    await close();
    await database.drop();
  });

  /** An agent whose turn calls send_mail with these inputs. */
  async function sender(...inputs: object[]) {
    const made = await worker();
    const { agentId, epicId } = made.agent;
    await made.agent.process().turn();
    for (const [position, input] of inputs.entries()) {
      await db
        .insertInto('tool_calls')
        .values({
          ...{ transcript: agentId, turn: 1, tool_use_id: `mail-${position}`, position: position + 10 },
          ...{ name: 'send_mail', input: json(input as never) },
        })
        .execute();
    }
    const { sendMail, lookForMail } = createMailActivities({ db, temporal });
    const call = (position: number) => ({
      ...{ agentId, epicId, taskKey: 'slugs', purpose: 'implement' as const, turn: 1, toolUseId: `mail-${position}` },
    });
    const send = (position: number, more: Partial<Parameters<typeof sendMail>[0]> = {}) =>
      sendMail({ ...call(position), at: new Date().toISOString(), ...more });
    const look = (position: number, isLast = false) => lookForMail({ ...call(position), isLast });
    const result = async (position: number) =>
      (
        await db
          .selectFrom('tool_calls')
          .select('output')
          .where('transcript', '=', agentId)
          .where('tool_use_id', '=', `mail-${position}`)
          .executeTakeFirst()
      )?.output;
    const stored = () => db.selectFrom('mail').selectAll().where('epic_id', '=', epicId).orderBy('number').execute();
    return { ...made, send, look, result, stored };
  }

  /** The epic's tasks, as it records them. */
  const record = (epicId: string, version: number, tasks: ReturnType<typeof plannedTask>[]) =>
    recorder(db).epic(epicView(epicId, version, { tasks }));

  /** An agent's row, as it records it. */
  const recordAgent = (agentId: string, rest: Partial<ReturnType<typeof agentView>> = {}) =>
    recorder(db).agent({ ...agentView(agentId, 1), ...rest });

  return { db: () => db, temporal, called, ended, worker, told, sender, record, recordAgent };
}

/** Agents that are written to, with what they were told; `close` ends those that were opened. */
function openWrittenTo(db: () => Database) {
  const agents: { close(): Promise<void> }[] = [];

  /** An agent of an epic of its own, a Worker by default, and how mail is stored there. */
  async function worker(options: Parameters<typeof openAgent>[1] = {}) {
    const agent = await openAgent(db(), options);
    agents.push(agent);
    let id = 0;
    const post = (body: string, more: Partial<Parameters<typeof storeMail>[1]> = {}) =>
      db()
        .transaction()
        .execute((trx) =>
          storeMail(trx, {
            ...{ id: `${agent.epicId}/${++id}`, epicId: agent.epicId, kind: 'mail', sender: 'orchestrator' },
            ...{ recipient: 'task/slugs', subject: 'News', body, ...more },
          }),
        );
    return { agent, post };
  }

  /** What a transcript was told by mail, each turn with the bodies. */
  const told = async (transcript: string) =>
    (
      await db()
        .selectFrom('briefs')
        .select(['turn', 'body'])
        .where('transcript', '=', transcript)
        .where('kind', '=', 'mail')
        .orderBy('turn')
        .execute()
    ).map(
      ({ turn, body }) =>
        `${turn}: ${[...body.matchAll(/<(?:mail|word)>\n(?:Subject: News\n\n)?(.*)\n/g)].map((found) => found[1]).join(',')}`,
    );

  return { worker, told, close: async () => void (await Promise.all(agents.map((agent) => agent.close()))) };
}

/** The input of a call of `send_mail`. */
export const to = (recipient: string, body = 'Which?', more: object = {}) => ({
  to: recipient,
  subject: 'Format',
  body,
  ...more,
});

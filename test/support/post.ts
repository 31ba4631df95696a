/** Agents that are written to, with what they were told, for tests of mail. */
import type { Database } from '../../db/connection.ts';
import { storeMail } from '../../db/writes/mail.ts';
import { openAgent } from './agent.ts';

/** `close` ends the agents that were opened. */
export function openPost(db: () => Database) {
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

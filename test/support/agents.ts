/** Agents of one test file in a database of their own, which are closed with it. */
import assert from 'node:assert/strict';
import { after, before } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { TurnResult } from '../../activities/agent/take-turn.ts';
import { type AgentOptions, openAgent } from './agent.ts';
import { createDatabase, type TestDatabase } from './database.ts';

/** Call at the top of a file: makes the database before its tests, and drops it after them. */
export function useAgents() {
  let database: TestDatabase;
  const open: { close(): Promise<void> }[] = [];
  before(async () => {
    database = await createDatabase();
  });
  after(async () => {
    await Promise.all(open.map((agent) => agent.close()));
    await database.drop();
  });
  return {
    db: () => database.db,
    /** The briefs of an agent, in the order of their turns. */
    briefs: (transcript: string) =>
      database.db
        .selectFrom('briefs')
        .select(['turn', 'kind', 'body'])
        .where('transcript', '=', transcript)
        .orderBy('turn')
        .execute(),
    async agentWith(options: AgentOptions = {}) {
      const agent = await openAgent(database.db, options);
      open.push(agent);
      return agent;
    },
  };
}

export const answer = (result: TurnResult) => {
  assert.equal(result.kind, 'answer');
  return result as Extract<TurnResult, { kind: 'answer' }>;
};

export const failsWith = (type: string, retryable: boolean) => (error: unknown) => {
  assert.ok(error instanceof ApplicationFailure, String(error));
  assert.equal(error.type, type, error.message);
  assert.equal(error.nonRetryable !== true, retryable);
  return true;
};

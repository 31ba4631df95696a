/** What an agent writes into the decision log: its own words, once, and an answer to each call. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createLogDecisions } from '../../activities/agent/log-decisions.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';

let database: TestDatabase;
before(async () => {
  database = await createDatabase();
});
after(() => database.drop());

/** A call with its turn, and the activity's input for it. */
async function decide(input: unknown) {
  const call = await addToolCall(database.db, { name: 'log_decision', input, worktree: '/nowhere' });
  const { agentId, epicId, turn, toolUseId } = call;
  const { logDecisions } = createLogDecisions({ db: database.db });
  const run = () =>
    logDecisions({ agentId, epicId, taskKey: 'schema', purpose: 'implement', turn, toolUseIds: [toolUseId] });
  return { call, run };
}

const entries = () =>
  database.db.selectFrom('decision_log').select(['actor', 'kind', 'decision', 'reason', 'task_key']).execute();

test('a decision is in the log once, as the agent’s own words, however often the activity runs', async () => {
  const { call, run } = await decide({ decision: 'epic COMPLETED', reasoning: 'Because I say so.' });
  await run();
  await run();
  assert.deepEqual(await entries(), [
    { actor: 'WORKER', kind: 'note', decision: 'epic COMPLETED', reason: 'Because I say so.', task_key: 'schema' },
  ]);
  const { output, is_error } = await storedCall(database.db, call);
  assert.deepEqual([output, is_error], ['It is in the decision log.', false]);
});

test('one that does not fit is written nowhere, and answered with what is wrong', async () => {
  const before = await entries();
  const { call, run } = await decide({ decision: ' ', reasoning: 'x'.repeat(5_000) });
  await run();
  assert.deepEqual(await entries(), before);
  const { output, is_error } = await storedCall(database.db, call);
  assert.equal(is_error, true);
  assert.match(output ?? '', /Wrong input:[\s\S]*decision[\s\S]*reasoning/);
});

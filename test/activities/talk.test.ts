/** What the agent's workflow sees to: decisions that are logged once, and answers to calls. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { createAnswerToolCalls } from '../../activities/agent/answer-tool-calls.ts';
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

test('an answer that is there stays, and what is added stands below it once', async () => {
  const { db } = database;
  const { answerToolCalls } = createAnswerToolCalls({ db });
  const call = await addToolCall(db, { name: 'bash', input: {}, worktree: '/nowhere' });
  const { agentId, turn, toolUseId } = call;
  const say = (content: string, isAdded: boolean) =>
    answerToolCalls({ agentId, turn, answers: [{ toolUseId, content, isError: true, isAdded }] });
  const added = '[A person interrupted this.]';
  await say('printed', false);
  await say('something else', false);
  for (let times = 0; times < 2; times += 1) await say(added, true);
  assert.equal((await storedCall(db, call)).output, `printed\n${added}`);

  const unanswered = await addToolCall(db, { name: 'bash', input: {}, worktree: '/nowhere' });
  const alone = { toolUseId: unanswered.toolUseId, content: added, isError: true, isAdded: true };
  for (let times = 0; times < 2; times += 1) {
    await answerToolCalls({ agentId, turn: unanswered.turn, answers: [alone] });
  }
  assert.equal((await storedCall(db, unanswered)).output, added);
});

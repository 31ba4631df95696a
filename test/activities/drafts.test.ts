/** An answer is written down while it comes: bounded, without secrets, replaced by what is stored, and never in the way. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as delay } from 'node:timers/promises';
import type { KyselyPlugin, OperationNode, RawNode } from 'kysely';
import type { DraftBlock } from '../../db/writes/drafts.ts';
import { removeDraft, sweepDrafts, watchDrafts, writeDraft } from '../../db/writes/drafts.ts';
import { activityEnvironment } from '../support/agent.ts';
import { answer, failsWith, useAgents } from '../support/agents.ts';
import { heldStream, sayingScenario } from '../support/held-stream.ts';
import { made } from '../support/made-up-secrets.ts';
import { waitFor } from '../support/wait-for.ts';

const { agentWith, db } = useAgents();
const FAST = { draftEveryMs: 10 };

async function draftOf(transcript: string) {
  const row = await db().selectFrom('drafts').selectAll().where('transcript', '=', transcript).executeTakeFirst();
  return row === undefined ? undefined : { ...row, blocks: row.blocks as unknown as DraftBlock[] };
}
const blocksOf = async (transcript: string) => (await draftOf(transcript))?.blocks ?? [];
const isOf = (kind: DraftBlock['kind']) => (block: DraftBlock) => block.kind === kind;

test('text, thoughts and the names of calls are there while they are written, and gone once the answer is stored', async () => {
  const held = heldStream(({ type }) => type === 'message_delta');
  const agent = await agentWith({ pace: held.pace, scenario: sayingScenario('I make slugs of the titles.', true) });
  const turn = agent.process(FAST).turn();
  const blocks = await waitFor(async () => {
    const found = await blocksOf(agent.agentId);
    return found.some((block) => block.kind === 'call' && block.characters > 20) && found;
  });
  assert.deepEqual(
    blocks.map(({ index, kind }) => `${index} ${kind}`),
    ['0 thinking', '1 text', '2 call'],
  );
  assert.deepEqual(blocks[1], { index: 1, kind: 'text', offset: 0, text: 'I make slugs of the titles.' });
  assert.equal(blocks[2]?.kind === 'call' && blocks[2].name, 'submit_work');
  assert.equal((await agent.turns()).length, 0);
  held.release();
  answer(await turn);
  assert.equal(await draftOf(agent.agentId), undefined);
});

test('half a secret is never written down, and a whole one as it is stored', async () => {
  const secret = `npm_${made(36)}`;
  let parts = 0;
  // The second part of the text, of three, ends within it.
  const held = heldStream(({ delta }) => JSON.stringify(delta ?? '').includes('"text_delta"') && ++parts === 3);
  const said = `The token is ${secret} and it works.`;
  const agent = await agentWith({ pace: held.pace, scenario: sayingScenario(said) });
  const turn = agent.process(FAST).turn();
  const text = async () => (await blocksOf(agent.agentId)).find(isOf('text'));
  await waitFor(async () => JSON.stringify(await text())?.includes('The token is '));
  assert.equal(
    (await draftOf(agent.agentId))?.blocks.some((block) => JSON.stringify(block).includes('npm_')),
    false,
  );
  held.release();
  answer(await turn);
  const [stored] = await agent.turns();
  assert.match(JSON.stringify(stored?.content), /The token is \[secret removed: NPM_ACCESS_TOKEN\] and it works/);
});

test('a draft that cannot be written costs the turn nothing, and is logged once', async () => {
  const failing: KyselyPlugin = {
    transformQuery({ node }) {
      if (isRaw(node) && /insert into drafts/.test(node.sqlFragments.join(' '))) {
        attempts += 1;
        throw new Error('drafts are away');
      }
      return node;
    },
    transformResult: async ({ result }) => result,
  };
  let attempts = 0;
  const held = heldStream(({ type }) => type === 'message_delta');
  const slowly: typeof held.pace = async (event, call) => {
    await delay(20);
    await held.pace(event, call);
  };
  const agent = await agentWith({ pace: slowly });
  const [environment, warned] = [activityEnvironment(), [] as string[]];
  environment.context.log.warn = (message) => void warned.push(message);
  const turn = agent.process({ ...FAST, db: db().withPlugin(failing) }).turn({}, environment);
  await waitFor(() => attempts >= 3);
  held.release();
  answer(await turn);
  assert.deepEqual(warned, ['The answer cannot be watched while it is written']);
  assert.equal((await agent.ledger())[0]?.outcome, 'answered');
});

const isRaw = (node: OperationNode): node is RawNode => node.kind === 'RawNode';

test('the draft of a call that fails goes, and the next call begins its own', async () => {
  let isFirst = true;
  const held = heldStream(({ type }) => type === 'message_delta');
  const pace: typeof held.pace = async (event, call) => {
    await held.pace(event, call);
    // As a connection that breaks.
    if (isFirst && event.type === 'message_delta') throw new Error('broken on purpose');
  };
  const agent = await agentWith({ pace, scenario: sayingScenario('I make slugs of the titles.') });
  const process = agent.process(FAST);
  const failed = process.turn();
  await waitFor(async () => (await blocksOf(agent.agentId)).length > 0);
  const silenced = console.error;
  console.error = () => {};
  held.release();
  await assert.rejects(failed, failsWith('ModelUnavailable', true));
  console.error = silenced;
  await waitFor(async () => (await draftOf(agent.agentId)) === undefined);
  isFirst = false;
  held.hold();
  const again = process.turn();
  const draft = await waitFor(async () => draftOf(agent.agentId));
  assert.deepEqual([draft.turn, draft.call], [1, 2]);
  held.release();
  answer(await again);
});

test('a write that comes too late changes nothing: neither after the answer nor over a later call', async () => {
  const agent = await agentWith();
  answer(await agent.process().turn());
  const call = (turn: number, number: number) => ({ transcript: agent.agentId, turn, call: number });
  const text = (words: string): DraftBlock[] => [{ index: 0, kind: 'text', offset: 0, text: words }];
  await writeDraft(db(), call(1, 1), text('late'));
  assert.equal(await draftOf(agent.agentId), undefined);
  assert.equal(await writeDraft(db(), call(2, 2), text('second call')), false);
  await writeDraft(db(), call(2, 1), text('first call'));
  await removeDraft(db(), call(2, 1));
  assert.deepEqual(await blocksOf(agent.agentId), text('second call'));
  await watchDrafts(db(), [agent.agentId, agent.agentId], 10);
  assert.equal(await writeDraft(db(), call(2, 2), text('followed')), true);
  await sweepDrafts(db());
  assert.deepEqual(await blocksOf(agent.agentId), text('followed'));
  await sweepDrafts(db(), 0);
  assert.equal(await draftOf(agent.agentId), undefined);
});

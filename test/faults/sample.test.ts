/**
 * The fault suite's sample: every registered activity dies once, then every server, and every invariant holds afterwards.
 * And each invariant can fail: it is asked again after somebody has planted what it looks for.
 */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { required } from '../support/environment.ts';
import { approveAll } from '../support/play-epic.ts';
import { registeredActivities } from './cases.ts';
import { DEFECTS } from './defects.ts';
import { INVARIANTS, type Invariant } from './invariants.ts';
import { type Lane, openLane } from './lane.ts';
import { killEachServer } from './outages.ts';
import { playEpics, runEpics } from './run-epics.ts';
import type { Run } from './run-facts.ts';
import { sampleEpics, sampleKills } from './sample.ts';
import { suiteScenario } from './scripts.ts';
import { slowEpic } from './slow-epic.ts';

const SERVED = 'served';
let lane: Lane;
/** Of the servers' deaths. */
let run: Run;

before(async () => {
  lane = await openLane({ bundle: required('FACTORY_TEST_BUNDLE'), scenario: suiteScenario });
});
after(() => lane?.end());

test('each activity is killed before or after its effect, and nothing happens twice or is lost', async (t) => {
  const seed = Math.floor(Math.random() * 1_000_000);
  t.diagnostic(`seed ${seed}`);
  const kills = sampleKills(registeredActivities(loadConfig({})), seed);
  const { violations, deaths } = await runEpics(lane, { epics: sampleEpics(), kills, gatherMs: 700 });
  t.diagnostic(`${deaths.length} deaths for ${kills.length} cases`);
  assert.deepEqual(violations, [], `seed ${seed}`);
});

test('Temporal, PostgreSQL and the API are killed in the middle of an epic, which ends as if they had not been', async () => {
  const before = lane.processes();
  // A task that failed with a server would be a question, which nobody answers here.
  const epic = { ...slowEpic(SERVED), answer: approveAll };
  const played = await playEpics(lane, { epics: [epic], harm: () => killEachServer(lane, SERVED) });
  run = played.run;
  assert.equal(run.last.get(SERVED)?.state, 'COMPLETED');
  const now = lane.processes();
  for (const name of ['temporal', 'postgres', 'api']) assert.notEqual(now.get(name), before.get(name), `${name} died`);
  const opened = lane.db.selectFrom('transcripts').select(['task_key', 'purpose']).where('epic_id', '=', SERVED);
  const agents = (await opened.execute()).map(({ task_key, purpose }) => `${task_key} ${purpose}`);
  assert.equal(new Set(agents).size, agents.length, 'each agent needed one attempt');
});

for (const [sentence, ask] of Object.entries<Invariant>(INVARIANTS)) {
  test(`${sentence}: holds, and is contradicted by what is planted`, async () => {
    assert.deepEqual(await ask(run), []);
    const planted = await DEFECTS[sentence as keyof typeof DEFECTS]?.(run, SERVED);
    const contradictions = await ask(planted?.run ?? run);
    await planted?.undo?.();
    assert.notDeepEqual(contradictions, []);
  });
}

/** The fault suite's sample: every registered activity dies once, and every invariant holds afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { required } from '../support/environment.ts';
import { registeredActivities } from './cases.ts';
import { openLane } from './lane.ts';
import { runEpics } from './run-epics.ts';
import { sampleEpics, sampleKills } from './sample.ts';
import { suiteScenario } from './scripts.ts';

test('each activity is killed before or after its effect, and nothing happens twice or is lost', async (t) => {
  const seed = Math.floor(Math.random() * 1_000_000);
  t.diagnostic(`seed ${seed}`);
  const lane = await openLane({ bundle: required('FACTORY_TEST_BUNDLE'), scenario: suiteScenario });
  try {
    const kills = sampleKills(registeredActivities(loadConfig({})), seed);
    const { violations, deaths } = await runEpics(lane, { epics: sampleEpics(), kills, gatherMs: 700 });
    t.diagnostic(`${deaths.length} deaths for ${kills.length} cases`);
    assert.deepEqual(violations, [], `seed ${seed}`);
  } finally {
    await lane.end();
  }
});

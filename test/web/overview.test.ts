/** What the list of epics and the page of one say of cost, proof, and of what could not be read. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { sql } from 'kysely';
import { EPIC_EVIDENCE } from '../../db/reads/evidence.ts';
import { recordEvidence } from '../../db/writes/evidence.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { SHA } from '../support/views.ts';
import { EPIC, recordWholeEpic } from '../support/whole-epic.ts';

const at = new Date('2026-01-01T00:00:00.000Z');
const pages = startPages(async ({ dashboard: { db } }) => {
  await recordWholeEpic({ db, say: (place) => place, headSha: SHA });
  await recordEvidence(db, {
    ...{
      epicId: EPIC,
      taskKey: EPIC_EVIDENCE,
      commitSha: SHA,
      treeSha: SHA,
      policyHash: null,
      exitCode: 0,
      clean: true,
    },
    ...{ checkName: 'all together', command: 'npm test', output: '', verifiedBy: 'host' },
    ...{ startedAt: at, finishedAt: at },
  });
  await sql`update epics set updated_at = now() - interval '1 minute'`.execute(db);
});

test('the list of epics says what each has cost of its cap', { skip: withoutBrowser }, async () => {
  const { page } = await pages.browser.open(`${pages.dashboard.origin}/epics`);
  await page.locator(`[data-epic=${EPIC}]`).getByText('$0.25 of $3.00').waitFor();
  await page.context().close();
});

test('an epic shows the evidence of its tasks together, and says what Temporal did not', {
  skip: withoutBrowser,
}, async () => {
  const { page, problems } = await pages.browser.open(`${pages.dashboard.origin}/epics/${EPIC}`);
  await page.locator('[data-check="all together"]').getByText('npm test').waitFor();
  await page.getByText(/Temporal did not describe \d+ executions? of it in time/).waitFor();
  assert.deepEqual(problems(), []);
  await page.context().close();
});

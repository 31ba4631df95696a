/** Changes that come faster than a page can be read: it shows them all the same, and ends with the last. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView } from '../support/views.ts';

const READ_MS = 400;
const CHANGES = 40;
const CHANGE_MS = 100;

const pages = startPages();

test('a page that is read slowly shows changes while they come', { skip: withoutBrowser }, async () => {
  await pages.dashboard.record.epic(epicView('busy', 1, { phase: 'number 0' }));
  const { page } = await pages.browser.open();
  await page.route('**/api/epics/busy', async (route) => {
    const response = await route.fetch();
    await pause(READ_MS);
    await route.fulfill({ response }).catch(() => {});
  });
  await page.goto(`${pages.dashboard.origin}/epics/busy`);
  const shown = page.getByText(/^number \d+$/);
  await shown.waitFor();
  await page.locator('[data-connection=live]').waitFor();
  const seen = new Set<string | null>();
  for (let change = 1; change <= CHANGES; change += 1) {
    await pages.dashboard.record.epic(epicView('busy', change + 1, { phase: `number ${change}` }));
    // The pace is what is tried.
    await pause(CHANGE_MS);
    seen.add(await shown.textContent());
  }
  assert.ok(seen.size >= 4, `while ${CHANGES} changes came, these were seen: ${[...seen].join(', ')}`);
  await page.getByText(`number ${CHANGES}`).waitFor();
  await page.context().close();
});

/** Nothing can go on while a page rests: it says so though all that it reads is answered, and takes it back. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Client } from '@temporalio/client';
import { absentTemporal } from '../support/api.ts';
import { axeFindings, withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, plannedTask } from '../support/views.ts';

let isAway = false;
let isPolled = true;
const pollers = () => (isPolled ? [{ identity: 'one', lastAccessTime: { seconds: Date.now() / 1_000 } }] : []);
/** Answers, or does not, as the test says; it knows no execution. */
const temporal = Object.create(absentTemporal(), {
  withDeadline: { value: (_: number, ask: () => Promise<unknown>) => ask() },
  workflowService: {
    value: {
      describeTaskQueue: async () =>
        isAway ? Promise.reject(new Error('connection refused')) : { pollers: pollers() },
    },
  },
}) as Client;

const hold = { kind: 'blocker' as const, reason: 'waits for a person', since: '2026-01-01T00:00:00.000Z' };
const pages = startPages(
  ({ dashboard }) => dashboard.record.epic(epicView('still', 1, { hold, tasks: [plannedTask('first', 0)] })),
  { temporal, lookForStandstillMs: 100 },
);

for (const url of ['/', '/epics/still', '/fleet']) {
  test(`${url} says that Temporal does not answer, and that it does again`, { skip: withoutBrowser }, async (t) => {
    const { page } = await pages.browser.open(pages.dashboard.origin + url);
    await page.locator('[data-connection=live]').waitFor();
    const alert = page.getByRole('alert').filter({ hasText: 'Temporal has not answered since' });
    assert.equal(await alert.count(), 0);
    await page.getByRole('main').locator('[aria-busy]').first().waitFor({ state: 'detached' });
    isAway = true;
    t.after(() => {
      isAway = false;
    });
    await alert.waitFor();
    assert.deepEqual(await axeFindings(page), []);
    isAway = false;
    await alert.waitFor({ state: 'detached' });
    await page.context().close();
  });
}

test('a factory without a worker process is no calm one', { skip: withoutBrowser }, async (t) => {
  const { page } = await pages.browser.open(pages.dashboard.origin);
  await page.locator('[data-connection=live]').waitFor();
  const alert = page.getByRole('alert').filter({ hasText: 'No worker process asks for work' });
  isPolled = false;
  t.after(() => {
    isPolled = true;
  });
  await alert.waitFor();
  isAway = true;
  await page.getByRole('alert').filter({ hasText: 'Temporal has not answered since' }).waitFor();
  assert.equal(await alert.count(), 0);
  isAway = false;
  await alert.waitFor();
  isPolled = true;
  await alert.waitFor({ state: 'detached' });
  await page.context().close();
});

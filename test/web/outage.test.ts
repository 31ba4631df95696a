/** An API that is away, in whole or in part: no page says that all is well, and each recovers by itself. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import type { HumanRequestView } from '../../workflows/contract/records.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, humanRequest, plannedTask, SHA } from '../support/views.ts';

const shop = (version: number, requests: HumanRequestView[]) =>
  epicView('shop', version, { tasks: [plannedTask('first', 0)], requests });

const pages = startPages(({ dashboard }) => dashboard.record.epic(shop(1, [humanRequest('m1', { headSha: SHA })])));

/** What each page must not say while the calls that it needs fail, and what it says once they are answered. */
const PAGES = [
  { url: '/', well: /Nothing is waiting|No epic is running/, once: '1 decision is waiting for you' },
  { url: '/epics', well: /There is none|All 0/, once: 'The epic shop' },
  { url: '/epics/shop', well: /no plan yet|nothing is recorded|There is no/, once: 'Do first' },
  { url: '/epics/shop/log', well: /No entry/, once: 'The epic shop' },
];

const refuse = (page: Page, pattern: string) =>
  page.route(pattern, (route) => route.fulfill({ status: 503, contentType: 'application/json', body: REFUSAL }));
const REFUSAL = JSON.stringify({ error: { code: 'Unavailable', message: 'PostgreSQL does not answer; try again' } });

for (const { url, well, once } of PAGES) {
  test(`${url} says what it could not read, and never that all is well`, { skip: withoutBrowser }, async () => {
    const { page, problems } = await pages.browser.open();
    await refuse(page, '**/api/**');
    await page.goto(`${pages.dashboard.origin}${url}`);
    await page.getByText('Cannot read').first().waitFor();
    await page.getByText('PostgreSQL does not answer').first().waitFor();
    await page.getByText('Not connected to the factory since').waitFor();
    assert.match(await page.title(), /^\(\?\)/, 'the tab does not know what waits');
    assert.doesNotMatch((await page.locator('body').textContent()) ?? '', well);
    await page.unroute('**/api/**');
    await page.getByText(once).first().waitFor();
    await page.locator('[data-connection=live]').waitFor();
    assert.equal(await page.getByText('Cannot read').count(), 0);
    assert.deepEqual(problems(), []);
    await page.context().close();
  });
}

test('what was read stays while the API is away, with its age', { skip: withoutBrowser }, async () => {
  const { page } = await pages.browser.open(pages.dashboard.origin);
  await page.getByText('1 decision is waiting for you').waitFor();
  await refuse(page, '**/api/human-requests*');
  await pages.dashboard.record.epic(shop(2, [humanRequest('m1', { headSha: SHA, state: 'withdrawn' })]));
  await page.getByText(/Cannot read what waits for you again; this is as of/).waitFor();
  await page.getByText('1 decision is waiting for you, when last seen').waitFor();
  assert.match(await page.title(), /^\(\?\)/);
  await page.unroute('**/api/human-requests*');
  await page.getByText('Nothing is waiting for you').waitFor();
  await page.context().close();
});

test('an answer that fails says so, and what was typed stays', { skip: withoutBrowser }, async () => {
  await pages.dashboard.record.epic(shop(3, [humanRequest('m2', { headSha: SHA })]));
  const { page } = await pages.browser.open(pages.dashboard.origin);
  await refuse(page, '**/api/epics/shop/respond');
  await page.getByLabel('Comment').fill('The sign is wrong.');
  await page.getByRole('button', { name: 'Reject' }).click();
  await page.getByRole('alert').getByText('PostgreSQL does not answer').waitFor();
  assert.equal(await page.getByLabel('Comment').inputValue(), 'The sign is wrong.');
  assert.equal(await page.getByRole('button', { name: 'Reject' }).isEnabled(), true);
  await page.context().close();
});

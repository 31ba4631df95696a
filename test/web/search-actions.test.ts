/** What can be done from where one is, by the keyboard alone: found in the search, confirmed where it cannot be undone. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, humanRequest, plannedTask, taskView } from '../support/views.ts';

const skip = withoutBrowser;
const pages = startPages(async ({ dashboard: { record } }) => {
  const failure = { type: 'VerificationFailed', message: 'red' };
  const tasks = [plannedTask('first', 0), plannedTask('second', 1)];
  await record.epic(epicView('shop', 1, { tasks, requests: [humanRequest('one'), humanRequest('two')] }));
  await record.task(taskView('shop', 'first', 1, { state: 'FAILED', failure }));
  await record.epic(epicView('other', 1, { requests: [humanRequest('one')] }));
});

async function open(path: string) {
  const seen = await pages.browser.open();
  const { page } = seen;
  const sent: { readonly path: string; readonly body: unknown }[] = [];
  await page.route('**/api/epics/shop/*', (route) => {
    const request = route.request();
    if (request.method() !== 'POST') return route.continue();
    sent.push({ path: new URL(request.url()).pathname, body: request.postDataJSON() });
    return route.fulfill({ json: { status: 'done', changed: true, message: 'The epic did it' } });
  });
  await page.goto(pages.dashboard.origin + path);
  await page.getByRole('heading').first().waitFor();
  return { ...seen, sent };
}

/** Types into the search and takes the first that it offers, which must be this. */
async function take(page: Page, words: string, label: string): Promise<void> {
  await page.keyboard.press('Control+k');
  const search = page.getByRole('dialog', { name: 'Search' });
  // What is typed before the field has the focus goes to the page.
  await search.locator('input:focus').waitFor();
  await page.keyboard.type(words);
  await search.locator('[data-action][data-selected]').filter({ hasText: label }).waitFor();
  await page.keyboard.press('Enter');
  await search.waitFor({ state: 'hidden' });
}

test('an epic is paused from the page of one of its tasks', { skip }, async () => {
  const { page, sent, problems } = await open('/tasks/shop.first');
  await take(page, 'pause', 'Pause the epic');
  await page.getByText('The epic did it').waitFor();
  assert.deepEqual(sent, [{ path: '/api/epics/shop/pause', body: { by: 'ann' } }]);
  assert.deepEqual(problems(), []);
  await page.context().close();
});

/** Nothing is sent before. */
async function confirmByKeys(page: Page, sent: readonly unknown[]): Promise<void> {
  await page.locator('button:focus', { hasText: 'Go back' }).waitFor();
  assert.deepEqual(sent, []);
  await page.keyboard.press('Tab');
  await page.keyboard.press('Enter');
  await page.getByText('The epic did it').waitFor();
}

test('an epic is cancelled by who confirms it, and by nobody else', { skip }, async () => {
  const { page, sent } = await open('/epics/shop/log');
  const confirm = page.getByRole('dialog', { name: /Cancel the epic/ });
  await take(page, 'cancel', 'Cancel the epic');
  await confirm.getByText('open pull requests are closed').waitFor();
  await page.locator('button:focus', { hasText: 'Go back' }).waitFor();
  await page.keyboard.press('Enter');
  await confirm.waitFor({ state: 'hidden' });
  assert.deepEqual(sent, []);
  await take(page, 'cancel', 'Cancel the epic');
  await confirmByKeys(page, sent);
  assert.deepEqual(sent, [{ path: '/api/epics/shop/cancel', body: { by: 'ann' } }]);
  await page.context().close();
});

test('all agents of an epic are interrupted once it was confirmed', { skip }, async () => {
  const { page, sent } = await open('/epics/shop/log');
  await take(page, 'interrupt', 'Interrupt all agents of the epic');
  await confirmByKeys(page, sent);
  assert.deepEqual(sent, [{ path: '/api/epics/shop/interrupt', body: { by: 'ann' } }]);
  await page.context().close();
});

test('what waits leads to its question, wherever it is asked for', { skip }, async () => {
  const { page } = await open('/fleet');
  await take(page, 'approve', 'Answer: Approve the merge');
  await page.waitForURL(/\/epics\/(shop|other)#question-/);
  await page.locator('article[data-request]:focus').waitFor();
  await page.goto(`${pages.dashboard.origin}/`);
  await page.locator('article[data-request]').nth(2).waitFor();
  await take(page, 'approve', 'Answer: Approve the merge');
  await page.locator('article[data-request]:focus').waitFor();
  assert.equal(new URL(page.url()).pathname, '/');
  await page.context().close();
});

test('a failed task is tried again, with words, from its form', { skip }, async () => {
  const { page } = await open('/tasks/shop.first');
  await take(page, 'retry', 'Try the task again');
  await page.getByRole('dialog', { name: /Try again/ }).waitFor();
  await page.keyboard.press('Escape');
  await page.waitForURL((url) => url.search === '');
  await page.context().close();
});

test('an epic is submitted from anywhere, and a page without one offers nothing of one', { skip }, async () => {
  const { page } = await open('/lanes');
  await page.keyboard.press('Control+k');
  await page.getByRole('dialog', { name: 'Search' }).getByText('Submit an epic').waitFor();
  assert.equal(await page.getByText('Pause the epic').count(), 0);
  await page.keyboard.press('Escape');
  await take(page, 'submit', 'New epic');
  await page.waitForURL(/\/new$/);
  await page.context().close();
});

/** Several tabs of one browser: one stream of events for all, which another takes over when its tab is closed. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, humanRequest } from '../support/views.ts';

const pages = startPages();

test('eight tabs share one stream, each shows changes, and the stream outlives its tab', {
  skip: withoutBrowser,
}, async () => {
  const streams: Page[] = [];
  const watch = (page: Page) => {
    page.on('request', (request) => {
      if (request.url().includes('/api/events')) streams.push(page);
    });
    return page;
  };
  const { page: first } = await pages.browser.open();
  watch(first);
  await first.goto(pages.dashboard.origin);
  await first.locator('[data-connection=live]').waitFor();
  // One more than a browser opens connections to an address.
  const others = await Promise.all(Array.from({ length: 7 }, async () => watch(await first.context().newPage())));
  for (const page of others) await page.goto(pages.dashboard.origin);
  for (const page of others) await page.locator('[data-connection=live]').waitFor();
  assert.deepEqual(streams, [first], 'only the first tab follows the events');

  await pages.dashboard.record.epic(epicView('shop', 1, { requests: [humanRequest('m1')] }));
  for (const page of [first, ...others]) await page.getByText('1 decision is waiting for you').waitFor();

  await first.close();
  await pages.dashboard.record.epic(epicView('shop', 2, { requests: [humanRequest('m1'), humanRequest('m2')] }));
  for (const page of others) await page.getByText('2 decisions are waiting for you').waitFor();
  assert.equal(streams.length, 2, 'one of the others follows the events now');
});

test('a tab that is asleep loses the stream to one that somebody looks at', { skip: withoutBrowser }, async () => {
  const { page: asleep } = await pages.browser.open();
  // Its timers do not run, so that it sends no sign of life while it keeps its lock.
  await asleep.addInitScript('window.setInterval = () => 0;');
  await asleep.goto(pages.dashboard.origin);
  await asleep.locator('[data-connection=live]').waitFor();
  const awake = await asleep.context().newPage();
  const taken = awake.waitForRequest((request) => request.url().includes('/api/events'));
  await awake.goto(pages.dashboard.origin);
  await taken;
  await awake.locator('[data-connection=live]').waitFor();
  await asleep.context().close();
});

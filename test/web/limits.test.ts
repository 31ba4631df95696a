/** A list that is cut says so: what is not on the page would otherwise seem not to be. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { headline, pageTitle, waitingWords } from '../../web/parts/question.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';

const pages = startPages();

test('as many questions as are read are not said to be all', () => {
  assert.equal(headline(499, false), '499 decisions are waiting for you');
  assert.equal(headline(500, false), 'At least 500 decisions are waiting for you');
  assert.deepEqual([waitingWords(499), waitingWords(503)], ['499', '503+']);
  assert.equal(pageTitle(500, ''), '(500+) FactoryFactory');
});

const at = '2026-01-01T00:00:00.000Z';
const issue = (number: number) => ({
  ...{ identifier: `FF-${number}`, title: 'An issue', url: 'https://linear.app/x', outcome: 'skipped' },
  ...{ reason: 'no label', epicId: null, lookedAt: at },
});
const lane = (number: number) => ({
  ...{ repository: 'example', branch: `b${number}`, isLive: true, merging: null },
  ...{ settling: [], waiting: [], verdicts: [], leadTime: null },
});
const LISTS = [
  { url: '/issues', call: '/api/intake', most: 200, one: issue, words: 'These are the 200 that were looked at last' },
] as const;

for (const { url, call, most, one, words } of LISTS) {
  test(`${url} says when there may be more than ${most}`, { skip: withoutBrowser }, async () => {
    for (const length of [most - 1, most]) {
      const { page } = await pages.browser.open();
      const json = Array.from({ length }, (_, number) => one(number));
      await page.route(
        (address) => address.pathname === call,
        (route) => route.fulfill({ json }),
      );
      await page.goto(pages.dashboard.origin + url);
      await page
        .getByText(length === most ? words : /An issue|of example/)
        .first()
        .waitFor();
      assert.equal(await page.getByText(words).count(), length === most ? 1 : 0);
      await page.context().close();
    }
  });
}

test('/lanes and the search say that there is more when the answer says so', { skip: withoutBrowser }, async () => {
  const found = { epics: [], tasks: [], agents: [], pullRequests: [] };
  const epic = { id: 'shop', title: 'Shop', state: 'COMPLETED', startedAt: at };
  for (const more of [false, true]) {
    const { page } = await pages.browser.open();
    await page.route('**/api/lanes', (route) => route.fulfill({ json: { lanes: [lane(1)], more } }));
    await page.route('**/api/search*', (route) =>
      route.fulfill({ json: { ...found, epics: [epic], more: more ? ['epics'] : [] } }),
    );
    await page.goto(`${pages.dashboard.origin}/lanes`);
    await page.getByText('of example').first().waitFor();
    assert.equal(await page.getByText('Only 1 branches are shown').count(), Number(more));
    await page.keyboard.press('/');
    await page.getByRole('dialog').locator('input:focus').waitFor();
    await page.keyboard.type('shop');
    await page.getByRole('dialog').getByText('Shop', { exact: true }).waitFor();
    await page.getByText(more ? 'More was found than is listed here' : 'Completed · shop').waitFor();
    assert.equal(await page.getByText('More was found').count(), Number(more));
    await page.context().close();
  }
});

test('what was decided is read page by page, to the first', { skip: withoutBrowser }, async () => {
  const { page } = await pages.browser.open();
  const settled = (number: number) => ({
    ...{
      epicId: 'shop',
      epicTitle: `Epic ${number}`,
      requestId: `r${number}`,
      kind: 'merge',
      question: '',
      options: [],
    },
    ...{ taskKey: null, pullRequest: null, headSha: null, base: null, state: 'withdrawn', answer: null, askedAt: at },
    ...{ closedAt: new Date(Date.parse(at) - number * 1_000).toISOString(), holdsUp: null, epicCostUsd: 0 },
  });
  await page.route(
    ({ pathname, searchParams }) => pathname === '/api/human-requests' && searchParams.get('state') === 'settled',
    (route) => {
      const before = new URL(route.request().url()).searchParams.get('before');
      const first = before === null ? 0 : (Date.parse(at) - Date.parse(before)) / 1_000 + 1;
      const json = Array.from({ length: 60 }, (_, number) => settled(number)).slice(first, first + 50);
      return route.fulfill({ json });
    },
  );
  await page.goto(pages.dashboard.origin);
  await page.getByRole('button', { name: 'Decided' }).click();
  await page.getByRole('link', { name: 'Epic 49' }).waitFor();
  assert.equal(await page.getByRole('link', { name: 'Epic 50' }).count(), 0);
  const more = page.getByRole('button', { name: 'Show earlier ones' });
  await more.click();
  await page.getByRole('link', { name: 'Epic 59' }).waitFor();
  assert.equal(await more.count(), 0);
  await page.context().close();
});

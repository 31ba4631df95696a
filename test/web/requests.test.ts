/** Every kind of question that workflows ask, with every option that they give, answered on Home; and a page that rests. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { setTimeout as pause } from 'node:timers/promises';
import { sql } from 'kysely';
import type { Locator, Page } from 'playwright-core';
import { absolute } from '../../config/files.ts';
import { RequestKind } from '../../workflows/contract/states.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, humanRequest, plannedTask, SHA } from '../support/views.ts';
import { waitFor } from '../support/wait-for.ts';

/** As workflows ask them; `adopt` stands beside each `retry` where another factory.yaml is there. */
const ASKED: Readonly<Record<RequestKind, readonly (readonly string[])[]>> = {
  plan: [
    ['approve', 'reject', 'cancel'],
    ['approve', 'approve-in-sequence', 'reject', 'cancel'],
  ],
  merge: [['approve', 'reject']],
  'protected-paths': [['approve', 'reject', 'cancel']],
  'weakened-tests': [['approve', 'reject', 'cancel']],
  question: [
    ['retry', 'adopt', 'continue', 'cancel'],
    ['retry', 'merge', 'change', 'cancel'],
    ['retry', 'restart', 'cancel'],
    ['allow', 'retry', 'cancel'],
    ['merge', 'take', 'cancel'],
    ['change', 'cancel'],
    ['reopen', 'cancel'],
    ['done', 'cancel'],
    ['go-on', 'cancel'],
    ['wait', 'cancel'],
  ],
  'agent-question': [['answer'], ['this', 'that', 'answer']],
  conflict: [['retry', 'resolve', 'skip', 'cancel']],
  budget: [['raise', 'cancel']],
  'failed-task': [['retry', 'adopt', 'skip', 'cancel']],
};
/** What cannot be undone. */
const CONFIRMED = new Set(['cancel', 'skip', 'merge', 'allow', 'take']);
/** Says that something is wrong, so it is not sent without words. */
const NEEDS_WORDS = new Set(['reject', 'change', 'answer']);
const WORDS = 'Because of the sign.';

const REQUESTS = RequestKind.options.flatMap((kind) =>
  ASKED[kind].map((options, number) => {
    const about = kind === 'merge' || kind === 'protected-paths' || kind === 'weakened-tests' ? { headSha: SHA } : {};
    return humanRequest(`${kind}-${number}`, { ...about, kind, options, question: `Number ${number} of ${kind}?` });
  }),
);

const pages = startPages(async ({ dashboard: { record } }) => {
  await record.epic(epicView('shop', 1, { tasks: [plannedTask('first', 0)], requests: REQUESTS }));
});

test('every option that a workflow offers is tried here', () => {
  const sources = globSync('workflows/**/*.ts', { cwd: absolute('.') }).map((file) =>
    readFileSync(absolute(file), 'utf8'),
  );
  const lists = sources.flatMap((source) => [...source.matchAll(/\boptions: (.*)/g)].map(([, list = '']) => list));
  const offered = lists.flatMap((list) => [...list.matchAll(/'([a-z-]+)'/g)].map(([, option = '']) => option));
  const known = new Set(Object.values(ASKED).flat(2));
  assert.deepEqual(
    [...new Set(offered)].filter((option) => !known.has(option) && !KINDS_OF_OBSTACLE.has(option)),
    [],
  );
});
/** Stands in a condition on the line of the options. */
const KINDS_OF_OBSTACLE = new Set(['rejected']);

/** What is sent is kept, and answered as if an epic had taken it. */
async function capture(page: Page) {
  const sent: { readonly call: string; readonly body: unknown }[] = [];
  const isWrite = (url: URL) => url.pathname.startsWith('/api/epics/shop/');
  await page.route(isWrite, async (route) => {
    const request = route.request();
    sent.push({ call: `${request.method()} ${new URL(request.url()).pathname}`, body: request.postDataJSON() });
    await route.fulfill({ json: { status: 'done', changed: true, message: 'It is done' } });
  });
  return async (act: () => Promise<void>) => {
    const before = sent.length;
    const answered = page.waitForResponse((response) => isWrite(new URL(response.url())));
    await act();
    await answered;
    assert.equal(sent.length, before + 1, 'one call for one answer');
    return sent.at(-1);
  };
}

async function answer(page: Page, question: Locator, option: string): Promise<void> {
  await question.locator(`[data-option=${option}]`).click();
  if (!CONFIRMED.has(option)) return;
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button').last().click();
  await dialog.waitFor({ state: 'hidden' });
}

test('each question is answered with the option, the words and the commit that were on screen', {
  skip: withoutBrowser,
}, async () => {
  const { page, problems } = await pages.browser.open(pages.dashboard.origin);
  const sending = await capture(page);
  for (const request of REQUESTS) {
    const { requestId, options, headSha } = request;
    const question = page.locator(`[data-request=${requestId}]`);
    await question.getByText(request.question).waitFor();
    const words = question.getByLabel(/^(Comment|In your words)$/);
    for (const option of options.filter((one) => one !== 'raise')) {
      const body = { by: 'ann', requestId, decision: option, ...(headSha === undefined ? {} : { headSha }) };
      const call = 'POST /api/epics/shop/respond';
      if ((await words.count()) > 0) {
        await words.fill('  ');
        if (NEEDS_WORDS.has(option)) {
          assert.equal(await question.locator(`[data-option=${option}]`).isDisabled(), true, `${option} needs words`);
          await words.fill(WORDS);
          const sent = await sending(() => answer(page, question, option));
          assert.deepEqual(sent, { call, body: { ...body, comment: WORDS } });
          continue;
        }
        if (option === 'adopt') {
          await words.fill('1a2b3c4d');
          const sent = await sending(() => answer(page, question, option));
          assert.deepEqual(sent, { call, body: { ...body, answer: '1a2b3c4d' } }, 'it is named by the answer');
          await words.fill('');
        }
      }
      assert.deepEqual(await sending(() => answer(page, question, option)), { call, body });
    }
    if (request.kind === 'budget') await raise(question, sending);
  }
  assert.deepEqual(problems(), []);
  await page.context().close();
});

async function raise(question: Locator, sending: Awaited<ReturnType<typeof capture>>): Promise<void> {
  const button = question.getByRole('button', { name: 'Raise the budget' });
  assert.equal(await button.isDisabled(), true, 'a cap is needed');
  await question.getByLabel('New cap').fill('12.5');
  const sent = await sending(() => button.click());
  const body = { by: 'ann', requestId: 'budget-0', decision: 'raise', answer: '12.5' };
  assert.deepEqual(sent, { call: 'POST /api/epics/shop/respond', body });
}

test('words stay for the next commit, and an answer that came second says so when its card has gone', {
  skip: withoutBrowser,
}, async () => {
  const { page, problems } = await pages.browser.open(pages.dashboard.origin);
  const [first, ...others] = REQUESTS.toSorted(({ kind }) => (kind === 'merge' ? -1 : 1));
  const before = page.locator(`[data-request=${first?.requestId}]`);
  await before.getByLabel('Comment').fill(WORDS);
  const pushed = humanRequest('merge-pushed', { headSha: 'b'.repeat(40), question: 'And now?' });
  const record = (version: number, state: 'open' | 'answered') =>
    pages.dashboard.record.epic(
      epicView('shop', version, {
        tasks: [plannedTask('first', 0)],
        requests: [{ ...humanRequest('merge-0'), state: 'replaced' }, { ...pushed, state }, ...others],
      }),
    );
  await record(2, 'open');
  const after = page.locator('[data-request=merge-pushed]');
  await after.getByRole('button', { name: /^Answer for/ }).click();
  assert.equal(await after.getByLabel('Comment').inputValue(), WORDS);
  const message = 'answered before by ben, and that stands: approve';
  await page.route('**/api/epics/shop/respond', (route) =>
    route.fulfill({ json: { status: 'done', changed: false, message } }),
  );
  await after.locator('[data-option=approve]').click();
  const notice = page.getByRole('alert').filter({ hasText: 'It changed nothing' });
  await notice.getByText(message).waitFor();
  await record(3, 'answered');
  await after.waitFor({ state: 'detached' });
  assert.ok(await notice.isVisible());
  assert.deepEqual(problems(), []);
  await page.context().close();
});

test('a message that was stored is not said to wait once the epic has acted on it', {
  skip: withoutBrowser,
}, async () => {
  const { page } = await pages.browser.open(`${pages.dashboard.origin}/epics/shop`);
  await page.getByRole('button', { name: 'Pause', exact: true }).click();
  await page.getByRole('status').filter({ hasText: 'Not applied yet' }).waitFor();
  await page.getByText('pause by ann is not applied yet').waitFor();
  const outcome = JSON.stringify({ kind: 'done', changed: true, message: 'paused' });
  await sql`update messages set outcome = ${outcome}::jsonb, settled_at = now() where epic_id = 'shop'`.execute(
    pages.dashboard.db,
  );
  await page.getByText('The epic has acted on it since; the log says how.').waitFor();
  assert.equal(await page.getByText('Not applied yet').count(), 0);
  await page.context().close();
});

test('an answer is not sent when its person goes back instead of confirming it', { skip: withoutBrowser }, async () => {
  const { page } = await pages.browser.open(pages.dashboard.origin);
  const sent: string[] = [];
  page.on('request', (request) => request.method() === 'GET' || sent.push(request.url()));
  for (const option of CONFIRMED) {
    const asked = REQUESTS.find(({ options }) => options.includes(option));
    await page.locator(`[data-request=${asked?.requestId}] [data-option=${option}]`).click();
    await page.getByRole('button', { name: 'Go back' }).click();
    await page.getByRole('dialog').waitFor({ state: 'hidden' });
  }
  assert.deepEqual(sent, []);
  await page.context().close();
});

test('a page that rests makes no request but the stream of events', { skip: withoutBrowser }, async () => {
  const { page } = await pages.browser.open();
  const open = new Set<unknown>();
  page.on('request', (request) => open.add(request));
  page.on('requestfinished', (request) => open.delete(request));
  page.on('requestfailed', (request) => open.delete(request));
  await page.goto(pages.dashboard.origin);
  await page.locator('[data-connection=live]').waitFor();
  await page.locator('[data-request]').first().waitFor();
  await waitFor(() => open.size === 1, { what: 'the stream of events alone' });
  const made: string[] = [];
  page.on('request', (request) => made.push(request.url()));
  // The one thing that only time shows is that nothing happens.
  await pause(10_000);
  assert.deepEqual(made, []);
  await page.context().close();
});

/** What a person does: refused in the API's words with what was typed kept, accepted when tried again, sent once by two clicks. */
import assert from 'node:assert/strict';
import { describe, test } from 'node:test';
import type { Locator, Page } from 'playwright-core';
import { TaskInput } from '../../workflows/contract/plan.ts';
import { axeFindings, withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, plannedTask } from '../support/views.ts';
import { EPIC, recordWholeEpic, TASK } from '../support/whole-epic.ts';

const pages = startPages(async ({ dashboard: { db, record } }) => {
  await recordWholeEpic({ db, say: (place) => `the ${place}`, headSha: 'b'.repeat(40) });
  const status = { state: 'FAILED' as const, phase: 'failed' };
  const tasks = [plannedTask('broken', 0, { status })];
  await record.epic(epicView('paused', 1, { paused: true, tasks }));
  const later = { key: 'later', title: 'Do later', acceptance: ['two\nlines'], dependsOn: ['first'], files: ['src/'] };
  const planned = [
    plannedTask('first', 0, { status }),
    plannedTask('later', 1, { task: TaskInput.parse(later) }),
    plannedTask('never', 2),
  ];
  const revisions = [{ number: 1, at: '2026-01-01T00:00:00.000Z', by: 'ann', why: 'first', changes: ['adds later'] }];
  await record.epic(epicView('two-tasks', 1, { tasks: planned, revisions }));
});

const WORDS = 'The sign is wrong.';

interface Write {
  readonly url: string;
  readonly call: string;
  /** Types and chooses; returns what is clicked last. */
  readonly prepare: (page: Page) => Promise<Locator>;
  /** Where the words are typed, when there are any. */
  readonly typed?: (page: Page) => Locator;
  readonly body: object;
}

const question = (page: Page, id: string) => page.locator(`[data-request=${id}]`);
const words = (page: Page) => page.getByRole('dialog').getByLabel('Comment');
const button = (name: string) => async (page: Page) => page.getByRole('button', { name, exact: true });

const ofTask = (action: string, id: string, rest: object = {}): Write => ({
  ...{ url: `/tasks/${id}`, call: `POST /tasks/${id}/${action}`, typed: words },
  body: { by: 'ann', comment: WORDS, ...rest },
  async prepare(page) {
    await page.locator(`[data-action=${action}]`).click();
    await words(page).fill(WORDS);
    return page.locator(`[data-confirm=${action}]`);
  },
});

const WRITES: Readonly<Record<string, Write>> = {
  'an answer with words': {
    ...{ url: '/', call: `POST /epics/${EPIC}/respond` },
    body: { by: 'ann', requestId: 'q-merge', decision: 'reject', comment: WORDS, headSha: 'b'.repeat(40) },
    typed: (page) => question(page, 'q-merge').getByLabel('Comment'),
    async prepare(page) {
      await question(page, 'q-merge').getByLabel('Comment').fill(WORDS);
      return question(page, 'q-merge').locator('[data-option=reject]');
    },
  },
  'an answer that is confirmed': {
    ...{ url: '/', call: `POST /epics/${EPIC}/respond` },
    body: { by: 'ann', requestId: 'q-failed-task', decision: 'skip' },
    async prepare(page) {
      await question(page, 'q-failed-task').locator('[data-option=skip]').click();
      return page.getByRole('dialog').getByRole('button', { name: 'Skip' });
    },
  },
  'a budget': {
    ...{ url: '/', call: `POST /epics/${EPIC}/respond` },
    body: { by: 'ann', requestId: 'q-budget', decision: 'raise', answer: '25' },
    typed: (page) => question(page, 'q-budget').getByLabel('New cap'),
    async prepare(page) {
      await question(page, 'q-budget').getByLabel('New cap').fill('25');
      return question(page, 'q-budget').getByRole('button', { name: 'Raise the budget' });
    },
  },
  'a cap below the present one': {
    ...{ url: `/epics/${EPIC}/cost`, call: `PUT /epics/${EPIC}/budget`, body: { by: 'ann', capUsd: 2.5, lower: true } },
    async prepare(page) {
      await page.getByText('It is $3.00 now.').waitFor();
      await page.getByLabel('New cap in USD').fill('2.5');
      await page.getByRole('button', { name: 'Set the cap', exact: true }).click();
      return page.getByRole('dialog').getByRole('button', { name: 'Lower the cap' });
    },
  },
  'a pause': {
    ...{ url: `/epics/${EPIC}`, call: `POST /epics/${EPIC}/pause`, body: { by: 'ann' } },
    prepare: button('Pause'),
  },
  'the end of a pause': {
    ...{ url: '/epics/paused', call: 'POST /epics/paused/resume', body: { by: 'ann' } },
    prepare: button('Resume'),
  },
  'a pause of everything': {
    ...{ url: '/fleet', call: 'POST /pause', body: { by: 'ann' } },
    async prepare(page) {
      await page.locator('[data-pause-all=pause]').click();
      return page.getByRole('dialog').getByRole('button', { name: 'Pause everything' });
    },
  },
  'the end of an epic': {
    ...{ url: `/epics/${EPIC}`, call: `POST /epics/${EPIC}/cancel`, body: { by: 'ann' } },
    async prepare(page) {
      await page.getByRole('button', { name: 'Cancel', exact: true }).first().click();
      return page.getByRole('dialog').getByRole('button', { name: 'Cancel the epic' });
    },
  },
  'an interruption of all agents': {
    ...{
      url: `/epics/${EPIC}`,
      call: `POST /epics/${EPIC}/interrupt`,
      body: { by: 'ann', comment: WORDS },
      typed: words,
    },
    async prepare(page) {
      await page.locator('[data-action=interrupt]').click();
      await words(page).fill(WORDS);
      return page.locator('[data-confirm=interrupt]');
    },
  },
  'another try of a task': ofTask('retry', 'paused.broken'),
  'a task that is skipped': ofTask('skip', 'paused.broken'),
  'a task that is cancelled': ofTask('cancel', TASK),
  'a task that is interrupted': ofTask('interrupt', TASK),
  'a task that goes back': ofTask('rewind', TASK, { turn: 1 }),
  'a word to a Worker': {
    ...{ url: `/tasks/${TASK}`, call: `POST /tasks/${TASK}/tell`, body: { text: WORDS, by: 'ann' } },
    typed: (page) => page.getByRole('dialog').getByLabel('Words'),
    async prepare(page) {
      await page.locator('[data-action=tell]').click();
      await page.getByRole('dialog').getByLabel('Words').fill(WORDS);
      return page.locator('[data-confirm=tell]');
    },
  },
  'an answer to a mail': {
    ...{ url: '/inbox', call: 'POST /mail/1/reply', body: { body: WORDS, by: 'ann' } },
    typed: (page) => page.getByRole('textbox', { name: 'Answer' }),
    async prepare(page) {
      await page.getByRole('textbox', { name: 'Answer' }).fill(WORDS);
      return page.locator('[data-confirm=reply]');
    },
  },
  'a mail that is put away': {
    ...{ url: '/inbox', call: 'POST /mail/1/done', body: { by: 'ann' } },
    prepare: async (page) => page.locator('[data-confirm=done]'),
  },
  'a mail that is put away with words typed': {
    ...{ url: '/inbox', call: 'POST /mail/1/done', body: { by: 'ann' } },
    async prepare(page) {
      await page.getByRole('textbox', { name: 'Answer' }).fill(WORDS);
      await page.locator('[data-confirm=done]').click();
      return page.getByRole('dialog').getByRole('button', { name: 'Put it away' });
    },
  },
  'changes of a plan': {
    ...{ url: `/epics/two-tasks/plan`, call: 'PUT /epics/two-tasks/plan' },
    body: {
      ...{ by: 'ann', comment: WORDS, revision: 1 },
      tasks: [
        {
          ...{ key: 'later', title: 'Do it later', description: '', acceptance: ['two\nlines'], dependsOn: ['first'] },
          files: ['src/'],
        },
      ],
    },
    typed: (page) => page.getByRole('dialog').getByLabel('Why'),
    async prepare(page) {
      await page.getByRole('button', { name: 'Edit the plan' }).click();
      const dialog = page.getByRole('dialog');
      await dialog.getByLabel('Title').first().fill('Do it later');
      assert.deepEqual(await axeFindings(page), []);
      await dialog.getByLabel('Cap in tokens').first().press('Alt+ArrowDown');
      await dialog.getByText('later is task 2 of 2').waitFor();
      await dialog.locator('[data-task-draft=later] input:focus').waitFor();
      assert.equal(await dialog.getByLabel('Cap in tokens').last().inputValue(), '', 'the key moves the task alone');
      await dialog.getByRole('button', { name: 'Remove task 1' }).click();
      await dialog.getByLabel('Why').fill(WORDS);
      return dialog.getByRole('button', { name: 'Save the plan' });
    },
  },
  'a new epic': {
    ...{ url: '/new', call: 'POST /epics' },
    body: { title: WORDS, description: '', priority: 0, budgetTokens: 2_500_000 },
    typed: (page) => page.getByRole('textbox', { name: 'Title' }),
    async prepare(page) {
      await page.getByRole('textbox', { name: 'Title' }).fill(WORDS);
      await page.getByLabel('Budget in tokens').fill('2500000');
      return page.getByRole('button', { name: 'Submit' });
    },
  },
};

const REFUSAL = { error: { code: 'Unavailable', message: 'PostgreSQL does not answer; try again' } };
const ANSWER = { status: 'done', changed: true, message: 'It is done', id: EPIC, created: true };

/** Answers the call without the API, and keeps what was sent. */
async function intercept(page: Page, call: string, status: number, body: object) {
  const [method, path] = call.split(' ');
  const sent: unknown[] = [];
  await page.unrouteAll();
  await page.route(
    (url) => url.pathname === `/api${path}`,
    async (route) => {
      if (route.request().method() !== method) return route.fallback();
      sent.push(route.request().postDataJSON());
      await route.fulfill({ status, json: body });
    },
  );
  return sent;
}

describe('writes', { skip: withoutBrowser, concurrency: 3 }, () => {
  for (const [name, write] of Object.entries(WRITES)) {
    test(`${name}: refused, tried again, sent once`, async () => {
      const { page, problems } = await pages.browser.open();
      page.setDefaultTimeout(20_000);
      const refused = await intercept(page, write.call, 503, REFUSAL);
      await page.goto(pages.dashboard.origin + write.url);
      await (await write.prepare(page)).click();
      await page.getByRole('alert').getByText(REFUSAL.error.message).waitFor();
      assert.deepEqual(refused, [write.body]);
      const typed = write.typed?.(page);
      if (typed !== undefined) assert.match(await typed.inputValue(), /The sign is wrong\.|25/);

      const accepted = await intercept(page, write.call, 200, ANSWER);
      const again = typed === undefined ? await write.prepare(page) : await lastOf(page, write);
      const answered = page.waitForResponse((response) => response.url().endsWith(write.call.split(' ')[1] ?? ''));
      await again.dblclick();
      await answered;
      await page.getByRole('alert').getByText(REFUSAL.error.message).waitFor({ state: 'hidden' });
      assert.deepEqual(accepted, [write.body], 'two clicks do it once');
      assert.deepEqual(problems(), []);
      await page.context().close();
    });
  }
});

/** What is clicked, without typing again what must have stayed. */
async function lastOf(page: Page, { url, call, body }: Write): Promise<Locator> {
  if (url === '/new') return page.getByRole('button', { name: 'Submit' });
  if (call.endsWith('/plan')) return page.getByRole('button', { name: 'Save the plan' });
  if (url === '/' && 'answer' in body)
    return question(page, 'q-budget').getByRole('button', { name: 'Raise the budget' });
  if (call.endsWith('/respond')) return question(page, 'q-merge').locator('[data-option=reject]');
  return page.locator(`[data-confirm=${call.split('/').at(-1)}]`);
}

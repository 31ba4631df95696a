/** The way from an epic, a task and an agent to their runs in Temporal's Web UI; none where nobody knows its address. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createRunUrl } from '../../api/run-urls.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { SHA } from '../support/views.ts';
import { AGENT, EPIC, recordWholeEpic, TASK } from '../support/whole-epic.ts';

const UI = 'http://127.0.0.1:18233';
const say = (place: string) => place;
const prepare = ({ dashboard: { db } }: ReturnType<typeof startPages>) => recordWholeEpic({ db, say, headSha: SHA });
const known = startPages(prepare, { temporalUiUrl: UI });
const unknown = startPages(prepare);

test('an address names namespace, execution and run, whatever their names hold', () => {
  const runUrl = createRunUrl('https://temporal.example/ui', 'a/b');
  const expected = 'https://temporal.example/ui/namespaces/a%2Fb/workflows/epic-shop%2Ftask-first/r%3F';
  assert.equal(runUrl('epic-shop/task-first', 'r?'), expected);
  assert.equal(runUrl('epic-shop/task-first', null), null);
  assert.equal(createRunUrl(undefined, 'default')('epic-shop', 'run'), null);
});

const PAGES = [
  { path: `/epics/${EPIC}`, workflow: 'epic-shop' },
  { path: `/tasks/${TASK}`, workflow: 'epic-shop%2Ftask-first' },
  { path: `/agents/${AGENT}`, workflow: `agent-${AGENT}` },
] as const;

test('each page leads to the run that it shows', { skip: withoutBrowser }, async () => {
  const { page, problems } = await known.browser.open();
  for (const { path, workflow } of PAGES) {
    await page.goto(known.dashboard.origin + path);
    const href = await page.getByRole('link', { name: 'Run in Temporal' }).first().getAttribute('href');
    assert.equal(href, `${UI}/namespaces/default/workflows/${workflow}/run`);
  }
  assert.deepEqual(problems(), []);
  await page.context().close();
});

test('no page guesses an address', { skip: withoutBrowser }, async () => {
  const { page } = await unknown.browser.open();
  for (const { path } of PAGES) {
    await page.goto(unknown.dashboard.origin + path);
    // All that the links would be read with.
    await page.getByText('hold').first().waitFor();
    assert.equal(await page.locator('[data-run]').count(), 0, path);
  }
  await page.context().close();
});

/** What a change of one task costs a page that shows many: its own cell and box are drawn again, and nothing moves meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Page } from 'playwright-core';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { epicView, plannedTask, taskView } from '../support/views.ts';

const KEYS = ['first', ...Array.from({ length: 11 }, (_, number) => `t${number + 1}`)];
const pages = startPages(async ({ dashboard: { record } }) => {
  await record.epic(epicView('many', 1, { tasks: KEYS.map((key, position) => plannedTask(key, position)) }));
  for (const key of KEYS) await record.task(taskView('many', key, 1, { phase: 'begins' }));
});

/** In the browser: remembers what React gave each element of the tasks, which is another object once it is drawn again. */
const REMEMBER = `
  window.propsOf = (element) => element[Object.keys(element).find((key) => key.startsWith('__reactProps$'))];
  window.drawn = [...document.querySelectorAll('[data-graph], [data-graph] *, main table, main table *')]
    .map((element) => [element, propsOf(element)]);
`;
/** The tasks whose elements were drawn again; "around" where it is none of a task. */
const REDRAWN = `[...new Set(window.drawn.filter(([element, props]) => propsOf(element) !== props).map(([element]) =>
  element.closest('[data-task]')?.dataset.task ?? element.closest('.react-flow__node')?.dataset.id ?? 'around'))]`;

async function openMany(): Promise<Page> {
  const { page } = await pages.browser.open(undefined, { reducedMotion: 'no-preference' });
  await page.goto(`${pages.dashboard.origin}/epics/many`);
  await page.locator('[data-connection=live]').waitFor();
  await page.locator('[data-graph] .react-flow__edge').nth(10).waitFor();
  await page.locator('tr[data-task]').nth(11).getByText('begins').waitFor();
  return page;
}

test('a task that goes on is drawn again, in the list and in the graph, and no other', {
  skip: withoutBrowser,
}, async () => {
  const page = await openMany();
  await page.evaluate(REMEMBER);
  await pages.dashboard.record.task(taskView('many', 't3', 2, { phase: 'writes tests' }));
  await page.locator('[data-graph]').getByText('writes tests').waitFor();
  await page.locator('[data-task=t3]').getByText('writes tests').waitFor();
  assert.deepEqual(await page.evaluate(REDRAWN), ['t3']);
  await page.context().close();
});

test('nothing moves while tasks run: it would be drawn sixty times a second', { skip: withoutBrowser }, async () => {
  const page = await openMany();
  assert.equal(await page.locator('[data-graph]').getByText('In progress').count(), KEYS.length);
  assert.deepEqual(await page.evaluate('document.getAnimations().map((one) => one.effect.target.outerHTML)'), []);
  await page.context().close();
});

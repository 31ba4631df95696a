/**
 * The dashboard over a whole factory: the demo's epic from its form to its merge, with the API and Temporal killed on the
 * way; then one that is taken back and cancelled, and one that somebody pushes to. Every page is looked at by axe, and by a
 * camera where one is asked for.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { createClient } from '../../api/client/index.ts';
import { absolute } from '../../config/files.ts';
import { startBrowser, type TestBrowser, type TestPage, withoutBrowser } from '../support/browser.ts';
import { runCli } from '../support/cli.ts';
import { lookAt } from '../support/pictures.ts';
import { processesIn, stackVariables, startStack } from '../support/stack.ts';
import { waitFor } from '../support/wait-for.ts';
import { pushedTests } from './pushed.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-demo-'));
const stateDir = path.join(folder, 'state');
const [, TITLE = '', DESCRIPTION = ''] =
  /^# (.*)\n\n([\s\S]*)$/.exec(readFileSync(absolute('examples/till/epic.md'), 'utf8')) ?? [];
const pictures = process.env.npm_lifecycle_event === 'pictures';
const look = (name: string) => lookAt(seen.page, name, { pictures });

let env: Record<string, string>;
let browser: TestBrowser;
let seen: TestPage;
let origin: string;
let epicId: string;

before(async () => {
  if (withoutBrowser) return;
  env = { ...(await stackVariables(stateDir)), SANDBOX: 'off' };
  const stack = startStack(env);
  [browser] = await Promise.all([startBrowser(), stack.ready()]);
  origin = `http://127.0.0.1:${env.FRONTEND_PORT}`;
  seen = await browser.open(origin);
});

after(async () => {
  if (withoutBrowser) return;
  await browser?.close();
  await runCli(['stop', '--commands'], { env });
  rmSync(folder, { recursive: true, force: true });
});

const skip = withoutBrowser;
const api = () => createClient(`http://127.0.0.1:${env.BACKEND_PORT}`);
const waits = async (number: number) =>
  seen.page
    .locator(number === 0 ? 'nav:not(:has([data-waiting]))' : `[data-waiting="${number}"]`)
    .first()
    .waitFor({ timeout: 60_000 });

test('an epic is submitted in the form, and waits on Home with its plan', { skip }, async () => {
  const { page } = seen;
  await page.getByText('Nothing is waiting for you').waitFor();
  await page.getByRole('link', { name: 'New epic' }).first().click();
  await page.getByLabel('Title').fill(TITLE);
  await page.getByLabel('Description', { exact: true }).last().fill(DESCRIPTION);
  await page.getByRole('combobox', { name: 'You approve' }).click();
  await page.getByRole('option', { name: /plan and/i }).click();
  await look('new');
  await page.getByRole('button', { name: 'Submit' }).click();
  await page.waitForURL(/\/epics\/discounts/);
  epicId = page.url().split('/').at(-1) ?? '';
  await page.getByText('Approve the plan').waitFor({ timeout: 60_000 });
  await page.getByText('Read a basket from CSV').first().waitFor();
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByText('1 decision is waiting for you').waitFor();
  assert.match(await page.title(), /^\(1\)/);
  await look('home');
  await page.getByRole('link', { name: 'Read the plan' }).click();
  await page.getByText('Done when').first().waitFor();
  await look('plan');
  await page.getByRole('button', { name: 'Approve' }).click();
  await waits(0);
  await page.getByRole('link', { name: 'Home' }).click();
  await page.getByText('Nothing is waiting for you').waitFor();
});

test('its tasks are watched in the graph while the API is killed and comes back', { skip }, async () => {
  const { page } = seen;
  await page.getByRole('link', { name: TITLE }).click();
  await page.locator('[data-graph] .react-flow__node').nth(3).waitFor();
  await page.locator('[data-graph]').getByText('In progress').first().waitFor({ timeout: 60_000 });
  await look('epic');
  const [run] = await Promise.all([
    page.context().waitForEvent('page'),
    page.getByRole('link', { name: 'Run in Temporal' }).click(),
  ]);
  await run.getByText(`epic-${epicId}`).first().waitFor({ timeout: 60_000 });
  await run.close();
  const pid = processesIn(stateDir).get('api')?.pid;
  process.kill(pid ?? 0, 'SIGKILL');
  await page.getByText('Not connected to the factory since').waitFor();
  await page.locator('[data-connection=live]').waitFor({ timeout: 30_000 });
  await page.getByText('Not connected to the factory since').waitFor({ state: 'detached' });
  await page.locator('[data-graph]').getByText('Completed').nth(3).waitFor({ timeout: 240_000 });
});

test('a task tells its story, and its Worker’s transcript can be read to the turn', { skip }, async () => {
  const { page } = seen;
  await page.getByRole('link', { name: 'Read a basket from CSV' }).first().click();
  await page.getByText('Acceptance criteria').waitFor();
  await page.getByText('Merged').first().waitFor();
  await look('task');
  await page.getByRole('link', { name: /Implementation/ }).click();
  await page.getByText('Turn 1').first().waitFor();
  await look('agent');
});

test('it is approved with the diff in view', { skip }, async () => {
  const { page } = seen;
  await page.goto(`${origin}/epics/${epicId}`);
  await page.getByText('Approve the merge').waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: /See what commit/ }).click();
  await page.getByText('csv.js').first().waitFor();
  await page.getByText('readBasket').first().waitFor();
  await look('changes');
  await page.getByRole('button', { name: 'Approve' }).click();
  await page.getByText('Completed').first().waitFor({ timeout: 60_000 });
  await waits(0);
  await page.getByRole('tab', { name: 'Log' }).click();
  await page.getByText('plan of 4 tasks').waitFor();
  await look('log');
  await page.getByRole('tab', { name: 'Story' }).click();
  await page.getByText('The epic is completed').waitFor();
  await look('story');
  await page.getByRole('tab', { name: 'Cost' }).click();
  await page.getByText('By purpose').waitFor();
  await look('cost');
  for (const [name, sign] of [
    ['Epics', 'All 1'],
    ['Merge lanes', 'main'],
    ['Fleet', 'Slots'],
    ['Issues', 'No issue asked'],
    ['Inbox', 'No mail waits for you'],
  ] as const) {
    await page.getByRole('link', { name, exact: true }).click();
    await page.getByRole('main').getByText(sign).first().waitFor();
    await look(name.toLowerCase().replace(' ', '-'));
  }
});

test('a task goes back to a turn, and its epic is cancelled', { skip }, async () => {
  const { page } = seen;
  const tasks = [{ key: 'only', title: 'Only this' }];
  const { data } = await api().POST('/epics', { body: { title: 'Second', tasks } as never });
  await page.goto(`${origin}/epics/${data?.id}`);
  await page.getByText('Approve the merge').waitFor({ timeout: 60_000 });
  await page.goto(`${origin}/tasks/${data?.id}.only`);
  await page.locator('[data-action=rewind]').click({ timeout: 30_000 });
  await page.locator('[data-confirm=rewind]').click();
  await page.getByText('Superseded').first().waitFor({ timeout: 60_000 });
  await page.getByRole('link', { name: 'Second' }).first().click();
  await page.getByText('Approve the merge').waitFor({ timeout: 90_000 });
  await page.getByRole('button', { name: 'Cancel' }).first().click();
  await page.getByRole('dialog').getByRole('button', { name: 'Cancel the epic' }).click();
  await page.getByText('Cancelled').first().waitFor({ timeout: 60_000 });
});

pushedTests(() => ({ env, stateDir, browser }));

test('Temporal is killed: what was read stays, and all recovers', { skip }, async () => {
  const { page, problems } = seen;
  await page.goto(`${origin}/epics/${epicId}`);
  await page.getByText(TITLE).first().waitFor();
  process.kill(processesIn(stateDir).get('temporal')?.pid ?? 0, 'SIGKILL');
  await page.reload();
  await page.getByText(TITLE).first().waitFor({ timeout: 30_000 });
  await waitFor(async () => (await api().GET('/health')).data?.ready === true, { timeoutMs: 60_000 });
  await page.locator('[data-connection=live]').waitFor();
  assert.deepEqual(problems(), []);
});

/** What reviewers said of a task is on its page, and in the diff of the very commit that they saw, at its lines. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync } from 'node:fs';
import { mkdir } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import type { Page } from 'playwright-core';
import { briefText } from '../../activities/agent/briefs.ts';
import type { Database } from '../../db/connection.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import { axeFindings, withoutBrowser } from '../support/browser.ts';
import { createRepository } from '../support/git.ts';
import { startPages } from '../support/pages.ts';
import { waitFor } from '../support/wait-for.ts';
import { EPIC, recordWholeEpic, TASK } from '../support/whole-epic.ts';

const AT = '2026-01-01T00:00:00.000Z';
const GONE = 'c'.repeat(40);
const EVIL =
  'It **rounds** twice, `<script>window.hostile=1</script>` <img src=x onerror="window.hostile=1"> [run](javascript:window.hostile=1) \u202Eecin\u001B[31m, and says so in a line that is longer than any page is wide, so that it goes on in the next row.';

const lines = (at: number, text: string) =>
  Array.from({ length: 30 }, (_, index) => (index + 1 === at ? text : `const line${index + 1} = ${index + 1};`));
/** Generated, so that it is folded, and so long that its patch comes in several pieces. */
const LONG = 'package-lock.json';
const long = Array.from({ length: 30_000 }, (_, index) => `a line with number ${index + 1}\n`).join('');
const till = (text: string) => `${lines(12, text).join('\n')}\n`;

const stateDir = mkdtempSync(join(tmpdir(), 'reviews-'));
after(() => rmSync(stateDir, { recursive: true, force: true }));

const pages = startPages(
  async ({ dashboard: { db } }) => {
    const [first, second] = await createCommits();
    await recordWholeEpic({ db, say: (place) => place, headSha: second });
    await db.updateTable('submissions').set({ head_sha: first, state: 'superseded' }).execute();
    const handedIn = [second, GONE].map((sha, index) => ({ number: index + 2, head_sha: sha, tree_sha: sha }));
    await db
      .insertInto('submissions')
      .values(handedIn.map((row) => ({ ...row, epic_id: EPIC, task_key: 'first', state: 'verified' })))
      .execute();
    const comments = [
      { path: 'src/till.ts', line: 12, body: EVIL },
      { path: './src/till.ts', line: 29, body: 'Nothing tests this.' },
      { path: 'src/till.ts', body: 'The whole file has no header.' },
      { path: 'docs/none.md', line: 3, body: 'This *page* is missing.' },
      { path: LONG, line: 29_990, body: 'Not this version.' },
    ];
    await handIn(db, { attempt: 1, headSha: first }, [
      { input: { verdict: 'maybe', summary: 'Refused by the workflow.' }, isError: true },
      { input: { verdict: 'request_changes', summary: 'One thing is wrong.', comments }, isError: null },
    ]);
    const praise = [{ path: 'src/till.ts', line: 12, body: 'Once now.' }];
    await handIn(db, { attempt: 2, headSha: second }, [
      { input: { verdict: 'approve', summary: 'Well done.', comments: praise }, isError: null },
    ]);
  },
  { stateDir },
);

/** The commits of two submissions, in the mirror of `example`. */
async function createCommits(): Promise<readonly [string, string]> {
  const source = await createRepository({ files: { 'src/till.ts': till('round(round(price));') } });
  await source.git('checkout', '--quiet', '-b', 'factory/shop/first');
  const first = await source.commit('First', { 'src/till.ts': till('round(round(sum));'), [LONG]: long });
  const second = await source.commit('Second', { 'src/till.ts': till('round(sum);') });
  await mkdir(join(stateDir, 'forge'));
  await source.git('clone', '--quiet', '--bare', '.', join(stateDir, 'forge', 'example.git'));
  await source.remove();
  return [first, second];
}

interface Reviewed {
  readonly attempt: number;
  readonly headSha: string;
}

/** The brief and the calls of one reviewer, a turn each. */
async function handIn(
  db: Database,
  { attempt, headSha }: Reviewed,
  calls: readonly { input: unknown; isError: boolean | null }[],
) {
  const transcript = `${TASK}.review.${attempt}`;
  const opened = { epic_id: EPIC, task_key: 'first', purpose: 'review', attempt, opened_by: `run/review/${attempt}/1` };
  await db
    .insertInto('transcripts')
    .values({ id: transcript, ...opened })
    .execute();
  const task = TaskInput.parse({ key: 'first', title: `Like ${'d'.repeat(40)}` });
  const brief = { kind: 'review' as const, task, baseSha: 'b'.repeat(40), headSha, summary: 'It sells.' };
  const facts = {
    epicId: 'e'.repeat(40),
    repository: 'example',
    worktree: '/w',
    attempt,
    epicTold: true,
    epicTitle: 'E',
  };
  const body = briefText(brief, { ...facts, files: [], checks: [], diff: '', since: '' });
  await db.insertInto('briefs').values({ transcript, turn: 1, kind: 'review', body }).execute();
  for (const [index, { input, isError }] of calls.entries()) {
    const turn = index + 1;
    await db
      .insertInto('agent_turns')
      .values({
        ...{
          transcript,
          turn,
          model: 'm',
          message_id: `${transcript} ${turn}`,
          content: '[]',
          stop_reason: 'tool_use',
        },
        ...{ usage: '{}', cost_microusd: 0, started_at: AT, finished_at: AT },
      })
      .execute();
    const call = { transcript, turn, tool_use_id: `c${turn}`, position: 0, name: 'submit_review' };
    await db
      .insertInto('tool_calls')
      .values({
        ...call,
        input: JSON.stringify(input),
        ...(isError === null ? {} : { is_error: isError, output: 'refused' }),
      })
      .execute();
  }
}

const commentOf = (number: number, attempt = 1) => `[data-comment="${TASK}.review.${attempt}:${number}"]`;
/** Below the bars, and above the end of the window. */
const isInView = (selector: string) => {
  const { top = -1, bottom = 0 } = document.querySelector(selector)?.getBoundingClientRect() ?? {};
  return top >= 96 && bottom <= innerHeight;
};
/** What is not a person may scroll before a comment is drawn, as the router does once it has rendered a page. */
const pressAndScrollAway = (key: string) => {
  document.body.dispatchEvent(new KeyboardEvent('keydown', { key, bubbles: true }));
  queueMicrotask(() => scrollTo(0, 0));
};
const topOf = async (page: Page, selector: string) => (await page.locator(selector).boundingBox())?.y ?? Number.NaN;
/** Where the row of the patch ends that has this number, as it is after the change. */
const endOfLine = (page: Page, line: number) =>
  page.evaluate((wanted) => {
    const numbers = [...document.querySelectorAll('[data-patch="src/till.ts"] [class*=number]')];
    return numbers.findLast(({ textContent }) => textContent === String(wanted))?.getBoundingClientRect().bottom;
  }, line);

test('reviews stand on the page of their task, the latest first', { skip: withoutBrowser }, async () => {
  const { page, problems } = await pages.browser.open(`${pages.dashboard.origin}/tasks/${TASK}`);
  await page.getByText('One thing is wrong.').waitFor();
  const [latest, first, ...others] = await page.locator('[data-review]').allInnerTexts();
  assert.match(latest ?? '', /Review of submission 2\s+approved[\s\S]*Well done\./);
  assert.match(first ?? '', /Review of submission 1\s+changes requested[\s\S]*src\/till\.ts:12\s+It rounds twice,/);
  assert.deepEqual(others, []);
  assert.match(
    (await page.locator('[data-criterion="1"]').textContent()) ?? '',
    /criterion\s*not met\s*the reviewer says: how · at aaaaaaaaaaaa · a newer commit waits for its review · note\s*The review/,
  );
  const hrefs = await page
    .locator('[data-submission] a')
    .evaluateAll((links) => links.map((a) => a.getAttribute('href')));
  const of = `/epics/${EPIC}/diff?task=first&submission`;
  assert.deepEqual(hrefs, [`${of}=3`, `${of}=3&since=2`, `${of}=2`, `${of}=2&since=1`, `${of}=1`]);
  for (const attempt of [2, 1]) {
    await page.keyboard.press('n');
    await page.locator(`${commentOf(1, attempt)}:focus`).waitFor();
  }
  assert.deepEqual(problems(), []);
  await page.context().close();
});

test('a comment stands under its line in the diff of the submission that it is about', {
  skip: withoutBrowser,
}, async () => {
  const { page, problems } = await pages.browser.open(`${pages.dashboard.origin}/tasks/${TASK}`);
  await page.getByRole('link', { name: 'src/till.ts:12' }).last().click();
  await page.locator(`${commentOf(1)}:focus`).waitFor();
  await page.getByText('Submission 1 of 3 ·').waitFor();
  assert.equal(await topOf(page, commentOf(1)), await endOfLine(page, 12));
  // Text and nothing else, whatever it says.
  const words = (await page.locator('[data-patch="src/till.ts"] [class*=said]').allTextContents()).join(' ');
  assert.match(
    words,
    /It \*\*rounds\*\* twice, `<script>window\.hostile=1<\/script>` <img src=x onerror=.*⟨U\+202E⟩ecin␛\[31m/,
  );
  assert.equal(await page.evaluate(() => 'hostile' in window), false);
  assert.equal(await page.locator('[data-patch] img, [data-patch] script, a[href^="javascript:"]').count(), 0);
  assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0, 'what was replaced is not approved');

  // In reading order: on another file; far down in a folded one; without a line; at line 29, which is not in the patch; at line 12.
  await page.locator(commentOf(2)).filter({ hasText: 'line 29, not in this diff' }).waitFor();
  await page
    .getByRole('button', { name: `${LONG} 1 comment` })
    .and(page.locator('[aria-expanded=false]'))
    .waitFor();
  for (const [key, number] of [
    ...[2, 3, 5, 4].map((to) => ['p', to]),
    ...[5, 3, 2, 1].map((to) => ['n', to]),
  ] as const) {
    // The way from the top to one far down may be crossed.
    if (key === 'n' && number === 5) await page.evaluate(pressAndScrollAway, key);
    else await page.keyboard.press(String(key));
    await page.locator(`${commentOf(Number(number))}:focus`).waitFor();
    const isSeen = () => page.evaluate(isInView, commentOf(Number(number)));
    await waitFor(isSeen, { timeoutMs: 20_000, what: `comment ${number} below the bar` });
  }
  assert.match(page.url(), /comment=shop\.first\.review\.1(:|%3A)1/);
  await page.getByRole('button', { name: 'src/till.ts 3 comments' }).click();
  await page.locator(commentOf(1)).waitFor({ state: 'detached' });
  await page.keyboard.press('p');
  await page.locator(`${commentOf(2)}:focus`).waitFor();
  assert.deepEqual(await axeFindings(page), []);

  await page.getByText('Side by side').click();
  await page.locator(commentOf(1)).waitFor();
  assert.equal(await topOf(page, commentOf(1)), await endOfLine(page, 12));
  const [body, comment] = await Promise.all(
    ['[data-patch="src/till.ts"]', commentOf(1)].map((selector) => page.locator(selector).boundingBox()),
  );
  assert.ok((comment?.x ?? 0) >= (body?.x ?? 0) + (body?.width ?? 0) / 2 - 4, 'beside what is');
  assert.deepEqual(await axeFindings(page), []);
  assert.deepEqual(problems(), []);
  await page.context().close();
});

test('from one submission to the next, only the commit that is asked about is answered, and only whole', {
  skip: withoutBrowser,
}, async () => {
  const { page, problems } = await pages.browser.open(
    `${pages.dashboard.origin}/epics/${EPIC}/diff?task=first&submission=1`,
  );
  await page.locator(commentOf(1)).waitFor();
  await page.getByRole('link', { name: 'Submission 2 ›' }).click();
  await page.getByText('Once now.').waitFor();
  assert.equal(await page.locator('[data-comment]').count(), 1, 'what was said of another commit is not here');
  await page.getByText('question of merge').waitFor();
  await page.getByRole('button', { name: 'Approve' }).first().waitFor();
  await page.getByText('2 files').waitFor();

  await page.getByRole('link', { name: 'Since submission 1' }).click();
  await page.getByText('only what changed since submission 1').waitFor();
  await page.getByText('1 file').waitFor();
  await page.getByText('Once now.').waitFor();
  await page.getByText('A question about this commit waits').waitFor();
  assert.equal(await page.getByRole('button', { name: 'Approve' }).count(), 0);

  await page.getByRole('link', { name: 'Submission 3 ›' }).click();
  await page.getByText(`does not hold commit ${GONE.slice(0, 12)} of example`).waitFor();
  await page.getByRole('link', { name: 'The task' }).waitFor();
  assert.deepEqual(problems(), []);
  await page.context().close();
});

/** What reviewers said of a task is on its page: each comment with its file and line, as the way to the file. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { Database } from '../../db/connection.ts';
import { withoutBrowser } from '../support/browser.ts';
import { startPages } from '../support/pages.ts';
import { SHA } from '../support/views.ts';
import { EPIC, recordWholeEpic, TASK } from '../support/whole-epic.ts';

const AT = '2026-01-01T00:00:00.000Z';
const pages = startPages(async ({ dashboard: { db } }) => {
  await recordWholeEpic({ db, say: (place) => place, headSha: SHA });
  const comments = [{ path: 'src/till.ts', line: 12, body: 'It **rounds** twice.' }];
  await handIn(db, 1, [
    { input: { verdict: 'maybe', summary: 'Refused by the workflow.' }, isError: true },
    { input: { verdict: 'request_changes', summary: 'One thing is wrong.', comments }, isError: null },
  ]);
  await handIn(db, 2, [{ input: { verdict: 'approve', summary: 'Well done.' }, isError: null }]);
});

/** The calls of one reviewer, a turn each. */
async function handIn(db: Database, attempt: number, calls: readonly { input: unknown; isError: boolean | null }[]) {
  const transcript = `${TASK}.review.${attempt}`;
  const opened = { epic_id: EPIC, task_key: 'first', purpose: 'review', attempt, opened_by: `run/review/${attempt}/1` };
  await db
    .insertInto('transcripts')
    .values({ id: transcript, ...opened })
    .execute();
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

test('reviews stand on the page of their task, the latest first', { skip: withoutBrowser }, async () => {
  const { page, problems } = await pages.browser.open(`${pages.dashboard.origin}/tasks/${TASK}`);
  await page.getByText('One thing is wrong.').waitFor();
  const [latest, first, ...others] = await page.locator('[data-review]').allInnerTexts();
  assert.match(latest ?? '', /Review of submission 2\s+approved[\s\S]*Well done\./);
  assert.match(first ?? '', /Review of submission 1\s+asks for changes[\s\S]*src\/till\.ts:12\s+It rounds twice\./);
  assert.deepEqual(others, []);
  const href = await page.getByRole('link', { name: 'src/till.ts:12' }).getAttribute('href');
  assert.equal(href, `/epics/${EPIC}/diff?pullRequest=2&file=src%2Ftill.ts`);
  assert.deepEqual(problems(), []);
  await page.context().close();
});

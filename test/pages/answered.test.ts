/** Each kind of question, asked by a workflow and answered on Home: the epic takes the answer, and goes on as it says. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import type { Locator, Page } from 'playwright-core';
import { type EpicState, RequestKind } from '../../workflows/contract/states.ts';
import { startBrowser, type TestBrowser, withoutBrowser } from '../support/browser.ts';
import { serveDashboard } from '../support/dashboard.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, submitWork, tasks, words } from '../workflows/answers.ts';
import { keyOf } from '../workflows/names.ts';
import { openStage } from '../workflows/stage.ts';

type Option =
  | 'approve'
  | 'reject'
  | 'cancel'
  | 'retry'
  | 'skip'
  | 'resolve'
  | 'raise'
  | 'merge'
  | 'reopen'
  | 'take'
  | 'go-on'
  | 'answer';

interface Case {
  readonly kind: RequestKind;
  readonly option: Option;
  /** What the epic becomes; null where it asks again. */
  readonly then: EpicState | null;
  readonly input: object;
}

const one = (id: string, rest: object = {}) => ({ tasks: tasks({ [id]: [] }), ...rest });
const two = (id: string) => ({ tasks: tasks({ [id]: [], [`${id}-2`]: [] }) });
/** Each is an epic, by its id. */
const CASES: Readonly<Record<string, Case>> = Object.fromEntries([
  ...ofKind('plan', { approve: 'COMPLETED', reject: null, cancel: 'CANCELLED' }, () => ({ requireApproval: ['plan'] })),
  ...ofKind('merge', { approve: 'COMPLETED', reject: null }, (id) => one(id, { requireApproval: ['merge'] })),
  ...ofKind('protected-paths', { approve: 'COMPLETED', reject: null }, one),
  ...ofKind('weakened-tests', { approve: 'COMPLETED', cancel: 'CANCELLED' }, two),
  ...ofKind('question', { retry: 'COMPLETED', merge: 'COMPLETED', reopen: 'COMPLETED', take: 'COMPLETED' }, one),
  ...ofKind('question', { 'go-on': 'COMPLETED' }, two),
  ...ofKind('agent-question', { answer: 'COMPLETED' }, one),
  ...ofKind('conflict', { resolve: 'COMPLETED', skip: 'COMPLETED' }, two),
  ...ofKind('budget', { raise: 'COMPLETED' }, one),
  ...ofKind('failed-task', { retry: 'COMPLETED', skip: 'COMPLETED' }, two),
]);

type Then = Partial<Record<Option, EpicState | null>>;

function ofKind(kind: RequestKind, options: Then, input: (id: string) => object): [id: string, Case][] {
  return (Object.entries(options) as [Option, Case['then']][]).map(([option, then]) => {
    const id = `${kind}-${option}`;
    return [id, { kind, option, then, input: input(id) }];
  });
}

let stage: Awaited<ReturnType<typeof openStage>>;
let dashboard: Awaited<ReturnType<typeof serveDashboard>>;
let browser: TestBrowser;
before(async () => {
  if (withoutBrowser) return;
  [stage, browser] = await Promise.all([openStage({ epicsAtOnce: 40 }), startBrowser()]);
  dashboard = await serveDashboard({ db: stage.db, url: stage.databaseUrl, temporal: stage.client });
  playTrouble();
});
after(async () => {
  if (withoutBrowser) return;
  await browser.close();
  await dashboard.close();
  await stage.close({ isReplayed: true });
});

/** Ids of epics whose question was answered: what stood in their way does so no longer. */
const answered = new Set<string>();
const isOf = (name: string, kind: RequestKind, ...options: Option[]) => {
  const found = answered.has(name) ? undefined : CASES[name];
  return found?.kind === kind && (options.length === 0 || options.includes(found.option));
};
const asking = answer({ name: 'ask_human', input: { question: 'Which rounding?', why: 'Sums differ.' } });
const rewritten = ApplicationFailure.create({
  ...{ type: 'BaseRewritten', message: 'main was rewritten', nonRetryable: true },
  details: [{ rewritten: { known: '0'.repeat(40), now: 'b'.repeat(40) } }],
});

function playTrouble(): void {
  const found = (line: string) => ({ lines: [line], total: 1, hash: line });
  stage.play({
    takeTurn({ purpose, taskKey = '', turn }) {
      if (purpose !== 'implement') return undefined;
      // The same answer again once people have answered: only then is it over.
      if (CASES[taskKey]?.kind === 'agent-question' && turn === 1) return asking;
      if (isOf(taskKey, 'failed-task')) return words('refusal');
      if (!isOf(taskKey, 'budget')) return submitWork;
      return { kind: 'budget', neededMicroUsd: 300_000, spentMicroUsd: 900_000, capMicroUsd: 1_000_000 };
    },
    inspect(key) {
      const { kind } = CASES[key] ?? {};
      if (kind === 'protected-paths') return { protected: found(key) };
      return kind === 'weakened-tests' ? { weakened: found(key) } : undefined;
    },
    readChecks: (head) =>
      isOf(keyOf(head), 'question', 'merge')
        ? { state: 'red', failed: [{ name: 'build', log: '', redOnBase: true }] }
        : undefined,
    mergePullRequest(head) {
      if (!isOf(keyOf(head), 'question', 'retry')) return;
      throw ApplicationFailure.nonRetryable('A rule forbids it', 'BranchProtected');
    },
    readPullRequest(head) {
      if (isOf(keyOf(head), 'question', 'reopen')) return { state: 'closed' };
      return isOf(keyOf(head), 'question', 'take') ? { headSha: 'b'.repeat(40) } : undefined;
    },
    compareBranch: (key) => (key === 'question-take' ? { kind: 'rewritten', headSha: 'b'.repeat(40) } : undefined),
    pushBranch(key) {
      if (isOf(key.replace(/-2$/, ''), 'question', 'go-on')) throw rewritten;
      return undefined;
    },
    takeOver: (key) => (key.startsWith('question-go-on') ? [] : undefined),
    mergeTarget: (key) => (isOf(key, 'conflict') ? 'conflict' : undefined),
  });
}

/** What cannot be undone is confirmed; what says that something is wrong needs words; a budget is raised by its new cap. */
async function choose(page: Page, question: Locator, option: Option): Promise<void> {
  // Another commit may have taken the place of the one that was asked about, which the page has a person confirm.
  const newer = question.getByRole('button', { name: /^Answer for/ });
  await question.locator('[data-option]').or(newer).first().waitFor();
  if (await newer.isVisible()) await newer.click();
  if (option === 'raise') {
    await question.getByLabel('New cap').fill('2');
    return question.getByRole('button', { name: 'Raise the budget' }).click();
  }
  if (option === 'reject') await question.getByLabel('Comment').fill('Not like this.');
  if (option === 'answer') await question.getByLabel('In your words').fill('Half up.');
  await question.locator(`[data-option=${option}]`).click();
  if (!['cancel', 'skip', 'merge', 'take'].includes(option)) return;
  const dialog = page.getByRole('dialog');
  await dialog.getByRole('button').last().click();
  await dialog.waitFor({ state: 'hidden' });
}

test('every kind of question is asked and answered here', () => {
  const kinds = new Set(Object.values(CASES).map(({ kind }) => kind));
  assert.deepEqual([...kinds].toSorted(), RequestKind.options.toSorted());
});

test('epics ask on Home, and each goes on as it was answered there', {
  skip: withoutBrowser,
  timeout: 290_000,
}, async () => {
  const { page, problems } = await browser.open(dashboard.origin);
  for (const [id, { input }] of Object.entries(CASES)) await stage.start(id, { title: id, ...input });
  for (const [id, { option }] of Object.entries(CASES)) {
    const question = page.locator(`article[data-request][aria-label$=": ${id}"]`);
    await question.waitFor({ timeout: 120_000 });
    answered.add(id);
    const requestId = await question.getAttribute('data-request');
    await choose(page, question, option);
    await page.locator(`article[data-request="${requestId}"][aria-label$=": ${id}"]`).waitFor({ state: 'detached' });
  }
  for (const [id, { kind, option, then }] of Object.entries(CASES)) {
    const isThere = ({ state, requests }: Awaited<ReturnType<typeof stage.status>>) =>
      then === null ? requests.some((request) => request.state === 'open') : state === then;
    const { requests } = await waitFor(
      async () => {
        const view = await stage.status(id);
        return isThere(view) && view;
      },
      { timeoutMs: 60_000, what: `${id} to go on` },
    );
    const first = requests.find((request) => request.kind === kind);
    assert.deepEqual([first?.state, first?.answer?.decision, first?.answer?.by], ['answered', option, 'ann'], id);
    if (option === 'reject') assert.equal(first?.answer?.comment, 'Not like this.', id);
  }
  assert.deepEqual(problems(), []);
});

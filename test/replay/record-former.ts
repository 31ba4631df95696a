/**
 * Records executions as earlier code led them, where today's would act otherwise and a pin (`patched`) tells the two
 * apart: `node test/replay/record-former.ts PIN BUNDLE`, with the script that `node worker/bundle.ts` makes in a checkout
 * of the commit before the pinned change. They stay as they are for as long as the pin does. `reported-limit` was made by
 * hand: the first events of the supervisor in `histories`, with a limit in the first request that differs from the list's.
 */
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import type { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptors } from '@temporalio/worker';
import type { SeenPullRequest } from '../../workflows/contract/pull-request.ts';
import { TRIAGE_MS } from '../../workflows/options.ts';
import { cleanEnvironment, findTemporal } from '../runner/environment.ts';
import { startPostgres } from '../runner/postgres.ts';
import { waitFor } from '../support/wait-for.ts';
import { answer, submitWork, tasks } from '../workflows/answers.ts';
import { handsOn, say } from '../workflows/hands.ts';
import { openStage } from '../workflows/stage.ts';
import { epicRecordings } from './record-former-epic.ts';
import { type RecordedEvent, saveHistory } from './save-history.ts';

type Stage = Awaited<ReturnType<typeof openStage>>;

const QUESTION = answer({ name: 'ask_human', input: { question: 'Which rounding?', why: 'The sums would differ.' } });

const RECORDINGS: Readonly<Record<string, () => Promise<void>>> = {
  ...epicRecordings(save),
  'answers-kept': recordLostAnswer,
  'asks-on-last-turn': recordLastQuestion,
  'claim-cut-off': recordCutClaim,
  'held-merge': recordHeldMerge,
  'leave-line': recordStayInLine,
  'ask-between-rounds': recordRewindLoop,
  'outlast-pause': recordLateAdvice,
  'planned-caps': recordEarlyCap,
  'reopen-secret': recordSecretReopening,
};
const [pin = '', bundle] = process.argv.slice(2);
const record = RECORDINGS[pin];
if (record === undefined || bundle === undefined) throw new Error('Name a pin and the script of the earlier workflows');
const folder = mkdtempSync(join(tmpdir(), 'former-'));
const hurried = join(folder, 'workflows.js');
// Nobody waits for ten minutes: what is recorded is dated later by what was left out.
const HURRIED_MS = 2_000;
writeFileSync(hurried, readFileSync(bundle, 'utf8').replace(/TRIAGE_MS = [^;,]+/, `TRIAGE_MS = ${HURRIED_MS}`));
cleanEnvironment();
process.env.FACTORY_TEMPORAL_CLI = (await findTemporal()).cli;
const postgres = await startPostgres();
Object.assign(process.env, { FACTORY_TEST_POSTGRES_URL: postgres.url, FACTORY_TEST_BUNDLE: hurried });
const patiently = { timeoutMs: 60_000, intervalMs: 100 };
try {
  await record();
} finally {
  await postgres.stop();
  rmSync(folder, { recursive: true });
}

/** `answers-kept`: a host that was lost after people had answered took the answer with it. */
async function recordLostAnswer(): Promise<void> {
  const stage = await openStage();
  stage.play({
    takeTurn: ({ purpose, turn }) => (purpose === 'implement' ? (turn === 1 ? QUESTION : submitWork) : undefined),
    prepareWorktree: (_, run) => {
      if (run === 2) throw ApplicationFailure.nonRetryable('The host is lost', 'HostLost');
    },
  });
  const handle = await stage.start('lost', { title: 'Lost', tasks: tasks({ only: [] }), requireApproval: [] });
  const { requestId } = await stage.asked('lost', 'agent-question');
  await stage.respond('lost', requestId, 'answer', { answer: 'Half up.' });
  await handle.result();
  await save(stage, { workflowId: 'epic-lost/task-only' });
}

/** `asks-on-last-turn`: an agent asked people, although no turn was left to read the answer. */
async function recordLastQuestion(): Promise<void> {
  const stage = await openStage({ settings: { limits: { attempts: 1, rounds: 1, turns: 1 } } });
  stage.play({ takeTurn: ({ purpose }) => (purpose === 'implement' ? QUESTION : undefined) });
  await stage.start('last', { title: 'Last', tasks: tasks({ only: [] }), requireApproval: [] });
  await stage.asked('last', 'agent-question');
  await save(stage, { workflowId: 'agent-last.only.implement.1' });
}

/** `held-merge`: a pause that came during the last look before the merge did not hold the merge. */
async function recordHeldMerge(): Promise<void> {
  const stage = await openStage({ interceptors: { activity: [withBase] } });
  const [looking, seen] = [Promise.withResolvers<void>(), Promise.withResolvers<undefined>()];
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : undefined),
    readPullRequest: () => {
      looking.resolve();
      return seen.promise;
    },
  });
  await stage.start('held', { title: 'Held', tasks: tasks({ held: [] }), requireApproval: [] });
  await looking.promise;
  await stage.update('held', 'pause', { by: 'me' });
  const isPaused = async () => {
    const { events } = await stage.client.workflow.getHandle('epic-held/task-held').fetchHistory();
    const isPause = (event: NonNullable<typeof events>[number]) =>
      event.workflowExecutionSignaledEventAttributes?.signalName === 'pause';
    const at = events?.findIndex(isPause) ?? -1;
    return at >= 0 && events?.slice(at).some((event) => event.workflowTaskCompletedEventAttributes);
  };
  await waitFor(isPaused, patiently);
  seen.resolve(undefined);
  await waitFor(() => stage.log.some((line) => line.startsWith('merge factory/held/')), patiently);
  await save(stage, { workflowId: 'epic-held/task-held' });
}

/** The workflows of that time did not name the base, which the stand-in for the forge asks for. */
function withBase({ info }: Context): ActivityInterceptors {
  const named = (args: unknown[]) =>
    info.activityType === 'mergePullRequest' ? [{ base: 'main', ...Object(args[0]) }] : args;
  return { inbound: { execute: (input, next) => next({ ...input, args: named(input.args) }) } };
}

/** `leave-line`: an epic that worked before it had a slot again stayed in the line when it asked the next question. */
async function recordStayInLine(): Promise<void> {
  const stage = await openStage({ epicsAtOnce: 1 });
  let raised = false;
  const asking = () => ({ kind: 'budget' as const, neededMicroUsd: 1, spentMicroUsd: 1, capMicroUsd: 1 });
  stage.play({
    takeTurn: ({ purpose, agentId }) => {
      if (agentId.startsWith('holder.')) return new Promise(() => {});
      if (purpose !== 'implement') return undefined;
      return agentId.startsWith('queues.asks') && !raised ? asking() : submitWork;
    },
  });
  await stage.start('queues', { title: 'Queues', tasks: tasks({ asks: [], works: [] }), requireApproval: ['merge'] });
  await stage.asked('queues', 'budget');
  await waitFor(async () => (await stage.epicRow('queues'))?.admitted === false, patiently);
  await stage.start('holder', { title: 'Holder', tasks: tasks({ only: [] }) });
  await waitFor(() => stage.log.includes('turn 1 of holder.only.implement.1'), patiently);
  raised = true;
  await stage.update('queues', 'raiseBudget', { capUsd: 5 });
  await stage.asked('queues', 'merge');
  await save(stage, { workflowId: 'epic-queues' });
}

/** `claim-cut-off`: an epic did not wait for the end of a claim that was cut off, nor gave back what was granted to it. */
async function recordCutClaim(): Promise<void> {
  const stage = await openStage();
  let byHand: Partial<SeenPullRequest> = {};
  const isCut = async () => {
    const { events } = await stage.handle('cut').fetchHistory();
    return events?.some((event) => event.activityTaskCancelRequestedEventAttributes);
  };
  stage.play({
    takeTurn: ({ purpose, taskKey }) => {
      if (taskKey?.startsWith('change')) return new Promise(() => {});
      return purpose === 'implement' ? submitWork : undefined;
    },
    readPullRequest: (head) => (head.endsWith('/epic') ? byHand : undefined),
    claimHost: async (holder, claim) => {
      if (holder !== 'epic-cut' || byHand.feedback === undefined) return claim();
      await handsOn(stage).changed('cut', 'epic');
      await waitFor(isCut, { timeoutMs: 2_500, intervalMs: 50 });
      throw new Error('The process was killed before it could report');
    },
  });
  await stage.start('cut', { title: 'Cut off', tasks: tasks({ x: [], y: [] }), requireApproval: ['merge'] });
  const { requestId } = await stage.asked('cut', 'merge');
  byHand = { feedback: [say('review-9', 'changes')] };
  await stage.respond('cut', requestId, 'approve');
  await waitFor(() => stage.lines('brief change-').length === 1, patiently);
  await save(stage, { workflowId: 'epic-cut' });
}

/** `ask-between-rounds`: a rewind that failed for a reason that only a person can remove was repeated without asking. */
async function recordRewindLoop(): Promise<void> {
  const stage = await openStage();
  stage.play({
    takeTurn: ({ purpose, turn, agentId }) => {
      if (purpose !== 'implement') return undefined;
      if (agentId.endsWith('.2')) return submitWork;
      return turn === 1 ? answer({ name: 'bash' }) : new Promise(() => {});
    },
    prepareWorktree: (_, run) => {
      if (run > 1 && run < 4) throw ApplicationFailure.nonRetryable('There is no branch main', 'BaseBranchMissing');
    },
  });
  const handle = await stage.start('mend', { title: 'Mend', tasks: tasks({ only: [] }), requireApproval: [] });
  await waitFor(() => stage.log.includes('turn 2 of mend.only.implement.1'), patiently);
  await stage.update('mend', 'rewindTask', { taskKey: 'only', turn: 1, by: 'me' });
  await handle.result();
  await save(stage, { workflowId: 'epic-mend/task-only' });
}

/** `reopen-secret`: a pull request was opened again whose branch was not, because of a secret. */
async function recordSecretReopening(): Promise<void> {
  const stage = await openStage();
  const gate = Promise.withResolvers<undefined>();
  let byHand: Partial<SeenPullRequest> = {};
  stage.play({
    takeTurn: ({ purpose }) => (purpose === 'implement' ? submitWork : gate.promise),
    readPullRequest: () => byHand,
    compareBranch: () => ({ kind: 'gone' }),
    pushBranch: (_, run) => (run === 2 ? [{ kind: 'key', file: 'src/till.js', line: 3 }] : undefined),
  });
  const handle = await stage.start('leaky', { title: 'Leaky', tasks: tasks({ only: [] }), requireApproval: [] });
  await waitFor(() => stage.briefs('only').length === 2, patiently);
  byHand = { state: 'closed' };
  await handsOn(stage).changed('leaky', 'only');
  const { requestId } = await stage.asked('leaky', 'question', 'only');
  byHand = {};
  await stage.respond('leaky', requestId, 'reopen');
  gate.resolve(undefined);
  await handle.result();
  await save(stage, { workflowId: 'epic-leaky/task-only' });
}

/** `outlast-pause`: nobody asked whether the whole factory was paused while the Supervisor agent's time ran out. */
async function recordLateAdvice(): Promise<void> {
  const stage = await openStage({ settings: { supervisor: { may: ['retry'], budgetMicroUsd: 1e6 } } });
  stage.play({
    takeTurn: ({ purpose }) => {
      if (purpose === 'triage') return new Promise(() => {});
      return purpose === 'implement' ? submitWork : undefined;
    },
    verify: () => false,
  });
  await stage.start('late', { title: 'Late', tasks: tasks({ only: [] }) });
  await stage.asked('late', 'failed-task');
  await save(stage, { workflowId: 'epic-late', edit: inWholeTime });
}

/** `planned-caps`: a cap of a task that had not started was kept apart from the plan. */
async function recordEarlyCap(): Promise<void> {
  const stage = await openStage();
  stage.play({
    takeTurn: ({ purpose, taskKey }) => {
      if (taskKey === 'first') return new Promise(() => {});
      return purpose === 'implement' ? submitWork : undefined;
    },
  });
  await stage.start('early', { title: 'Early', tasks: tasks({ first: [], later: ['first'] }) });
  await waitFor(() => stage.log.includes('turn 1 of early.first.implement.1'), patiently);
  await stage.update('early', 'raiseBudget', { capUsd: 5, taskKey: 'later' });
  await save(stage, { workflowId: 'epic-early' });
}

/** As if the time for advice had been as long as it is. */
function inWholeTime(events: readonly RecordedEvent[]): RecordedEvent[] {
  const from = events.findIndex(({ eventType }) => eventType === 'EVENT_TYPE_TIMER_FIRED');
  const later = (time: string) => new Date(Date.parse(time) + TRIAGE_MS - HURRIED_MS).toISOString();
  return events.map((event, at) => (at < from ? event : { ...event, eventTime: later(event.eventTime) }));
}

async function save(stage: Stage, saving: Omit<Parameters<typeof saveHistory>[1], 'file'>): Promise<void> {
  await saveHistory(stage.client, { ...saving, file: join(import.meta.dirname, 'former', `${pin}.json`) });
  await stage.close({ isReplayed: true });
}

/**
 * Runs the tool calls of one answer: what only reads side by side, the rest in order, then what talks, and the finishing
 * one last.
 */
import { ApplicationFailure, patched } from '@temporalio/workflow';
import { factory } from '../activities.ts';
import { type AgentOutcome, READ_ONLY } from '../contract/agent.ts';
import type { Interrupt } from '../contract/interrupt.ts';
import type { TurnMark } from '../contract/loops.ts';
import type { ToolCallRef } from '../contract/transcript.ts';
import type { CheckpointResult } from '../contract/worktree.ts';
import { runOnHost } from '../host.ts';
import { changesFiles, exceptionsOf, logCheckpoint, startCheckpoint } from './checkpoints.ts';
import { type Agent, placementOf } from './context.ts';
import { interruptedWords } from './interrupts.ts';
import {
  BAD_PLAN_LIMIT,
  batches,
  isAllowed,
  isFinishing,
  isQuestion,
  isTalking,
  planRefused,
  readOutcome,
} from './judge-answer.ts';
import { type CallResult, fold, turnMark } from './loops.ts';
import { countBadPlans, isRoundOver, noteWish, takeAnswers } from './round-state.ts';
import { talk } from './talk.ts';
import type { Answer } from './tool-answer.ts';

/**
 * The outcome when a finishing call was accepted, and what the turn did as loops see it; a turn that a person interrupted is
 * no part of one. Every call has an answer in the transcript afterwards.
 */
export async function runTools(
  agent: Agent,
  turn: number,
  calls: readonly ToolCallRef[],
): Promise<{ readonly outcome?: AgentOutcome; readonly mark?: TurnMark | undefined }> {
  await agent.checkpointing;
  const answers: Answer[] = calls.filter((call) => !isAllowed(agent.input.purpose, call)).map(notAllowed);
  const allowed = calls.filter((call) => isAllowed(agent.input.purpose, call));
  const heard = await storePeoplesAnswers(agent, turn, allowed);
  const onHost = allowed.filter((call) => !isFinishing(call) && !isTalking(call));
  const results = new Map<string, CallResult>();
  const { begun: carriedOut, checkpoint } = await runOnHostInTurn(agent, turn, { calls: onHost, results });
  const wish = agent.interrupts.wish();
  agent.interrupts.settle();
  noteWish(agent, wish);
  if (checkpoint !== undefined) logCheckpoint(agent, turn, checkpoint);
  const isCheckpointing = checkpoint === undefined && carriedOut.some((call) => changesFiles(agent, call));
  if (isCheckpointing) startCheckpoint(agent, turn);
  // People's answers are read in any case.
  if (wish !== undefined && agent.answered.length === 0) {
    const left = allowed.filter((call) => !carriedOut.includes(call));
    const words = interruptedWords(wish, agent.input.purpose);
    refuseAll(left, `This call was not carried out. ${words}`, answers);
    await answer(agent, turn, answers);
    return {};
  }
  const talking = allowed.filter(isTalking);
  for (const { id } of talking) results.set(id, { mark: 'said', isError: false });
  const left = talking.filter(({ id }) => !heard.some(({ toolUseId }) => toolUseId === id));
  answers.push(...(await talk(agent, turn, left)));
  takeAnswers(agent);
  const finishing = allowed.filter(isFinishing);
  const hasAsked = allowed.some(isQuestion) && !(isRoundOver(agent) && patched('asks-on-last-turn'));
  const outcome = hasAsked ? refuseAll(finishing, ASKED, answers) : finish(agent, finishing, answers);
  // While a checkpoint is under way it is not over yet: who looks for what is open must find it.
  if (outcome !== undefined && !isCheckpointing) agent.handIn();
  await answer(agent, turn, answers);
  if (outcome === undefined && !hasAsked) endAfterBadPlans(agent, finishing);
  for (const { toolUseId, content, isError } of [...heard, ...answers])
    results.set(toolUseId, { mark: fold([content]), isError });
  return { ...(outcome === undefined ? {} : { outcome }), mark: turnMark(calls, results) };
}

/** First of all, while nothing of the turn can fail: a person's answer must outlive the host that the next tool meets. */
async function storePeoplesAnswers(agent: Agent, turn: number, calls: readonly ToolCallRef[]): Promise<Answer[]> {
  if (agent.answered.length === 0 || !patched('answers-first')) return [];
  // Questions of one answer are asked together: none of them is open by now.
  const heard = await talk(agent, turn, calls.filter(isQuestion));
  await answer(agent, turn, heard);
  return heard;
}

async function answer({ input }: Agent, turn: number, answers: readonly Answer[]): Promise<void> {
  if (answers.length === 0) return;
  await factory.answerToolCalls(`answer ${answers.length} calls`, { agentId: input.agentId, turn, answers });
}

/**
 * Those that were begun: all, unless a person interrupts. What was cut off says so in its result. With the turn's
 * checkpoint, where the last call that may change files took it along.
 */
async function runOnHostInTurn(
  agent: Agent,
  turn: number,
  { calls, results }: { readonly calls: readonly ToolCallRef[]; readonly results: Map<string, CallResult> },
): Promise<{ readonly begun: readonly ToolCallRef[]; readonly checkpoint?: CheckpointResult | undefined }> {
  const begun: ToolCallRef[] = [];
  const last = calls.findLast((call) => changesFiles(agent, call));
  let checkpoint: CheckpointResult | undefined;
  for (const batch of batches(calls)) {
    if (agent.interrupts.wish() !== undefined) break;
    await agent.pausePoint();
    const words = batch.map((call) => `${call.name}: ${call.summary}`).join(' · ');
    agent.tell('BUSY', words);
    begun.push(...batch);
    let runs: ReturnType<typeof runTool>[] = [];
    const done = await agent.interrupts.during(`turn ${turn}, ${words}`, () => {
      runs = batch.map((call) => runTool(agent, turn, { call, isLastChange: call === last }));
      return Promise.all(runs);
    });
    for (const [index, result] of (done ?? []).entries()) {
      results.set(batch[index]?.id ?? '', { mark: result.mark, isError: result.isError });
      checkpoint ??= result.checkpoint;
    }
    const wish = agent.interrupts.wish();
    if (wish !== undefined) await sayCutOff(agent, turn, { wish, batch, ended: await Promise.allSettled(runs) });
  }
  return { begun, checkpoint };
}

interface CutOff {
  readonly wish: Interrupt;
  readonly batch: readonly ToolCallRef[];
  readonly ended: readonly PromiseSettledResult<unknown>[];
}

/** Below what the command has printed. */
function sayCutOff(agent: Agent, turn: number, { wish, batch, ended }: CutOff): Promise<void> {
  const content = `[${interruptedWords(wish, agent.input.purpose)}]`;
  const cutOff = batch.filter((_, index) => ended[index]?.status === 'rejected');
  const answers = cutOff.map(({ id: toolUseId }) => ({ toolUseId, content, isError: true, isAdded: true }));
  return answer(agent, turn, answers);
}

/** A planner that does not fix its plan does not do so in the fourth try either: a person is told the defects. */
function endAfterBadPlans(agent: Agent, handedIn: readonly ToolCallRef[]): void {
  const badPlans = countBadPlans(agent, handedIn);
  // Planners that were at work before there was such a limit go on.
  if (badPlans < BAD_PLAN_LIMIT || handedIn.length === 0 || !patched('bad-plans')) return;
  throw ApplicationFailure.nonRetryable(planRefused(handedIn), 'PlanRefused');
}

function runTool(agent: Agent, turn: number, { call, isLastChange }: { call: ToolCallRef; isLastChange: boolean }) {
  const { agentId, epicId, taskKey, repository, policy, purpose } = agent.input;
  const { placement, worktree } = placementOf(agent);
  const input = {
    agentId,
    turn,
    toolUseId: call.id,
    epicId,
    repository,
    worktree,
    placement,
    readOnly: READ_ONLY[purpose],
    timeoutSeconds: policy.timeouts.commandSeconds,
    policy: { env: policy.env, network: policy.network, limits: policy.limits },
    ...(taskKey === undefined ? {} : { taskKey }),
    ...(isLastChange ? { checkpoint: exceptionsOf(agent) } : {}),
  };
  const onBusy = (busy: boolean) =>
    agent.tell('BUSY', call.summary, busy ? { kind: 'host', reason: `host ${placement.host} is busy` } : undefined);
  return runOnHost(
    placement,
    (host) => (call.name === 'bash' ? host.bash(call.summary, input) : host.edit(call.summary, input)),
    { onBusy, departures: agent.departures },
  );
}

/** The first accepted call ends the round; each refused one says why. */
function finish({ input }: Agent, calls: readonly ToolCallRef[], answers: Answer[]): AgentOutcome | undefined {
  let outcome: AgentOutcome | undefined;
  for (const call of calls) {
    if (outcome !== undefined) {
      answers.push({ toolUseId: call.id, content: 'Your work was handed in by another call already.', isError: true });
      continue;
    }
    const read = readOutcome(call, input);
    if ('outcome' in read) outcome = read.outcome;
    answers.push(
      'outcome' in read
        ? { toolUseId: call.id, content: 'Received.', isError: false }
        : { toolUseId: call.id, content: read.problem, isError: true },
    );
  }
  return outcome;
}

const ASKED = 'You asked a person in the same answer. Read what they say first, then hand in.';

function refuseAll(calls: readonly ToolCallRef[], content: string, answers: Answer[]): undefined {
  answers.push(...calls.map(({ id: toolUseId }) => ({ toolUseId, content, isError: true })));
}

const notAllowed = (call: ToolCallRef): Answer => ({
  toolUseId: call.id,
  content: `There is no tool "${call.name}" for this role.`,
  isError: true,
});

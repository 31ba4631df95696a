/** One agent's round: turns of model and tools until it hands in its work. */
import {
  ApplicationFailure,
  continueAsNew,
  isCancellation,
  patched,
  sleep,
  TemporalFailure,
  workflowInfo,
} from '@temporalio/workflow';
import { model } from '../activities.ts';
import type { AgentOutcome, AgentResult, AgentWorkflowInput, ParkedAgent } from '../contract/agent.ts';
import type { TurnMark } from '../contract/loops.ts';
import type { TriageCause } from '../contract/triage.ts';
import { endedBy } from '../failure.ts';
import { finishHandlers, refuse } from '../handlers.ts';
import { throwIfCancelled } from '../run-end.ts';
import { type Agent, openAgent } from './context.ts';
import { endReason, endsByItself, noteAfter, noteAfterTools } from './judge-answer.ts';
import { LOOP_WORDS } from './loops.ts';
import { cacheTtlFor } from './prompt-cache.ts';
import {
  beginTurn,
  endTurn,
  forgetWishes,
  noteAnswer,
  noteForNext,
  noteLoop,
  noteWish,
  setFallback,
  setInTools,
} from './round-state.ts';
import { runTools } from './tools.ts';

/**
 * Runs one round of an agent on its transcript: takes turns until a finishing tool is accepted.
 * Survives: a killed worker process at any point (a stored answer is never paid again, a command never started twice),
 * long provider holds, an empty budget (asks the epic's person), pauses. Continues as new between turns.
 * Messages: signals `personAnswered`, `questionWithdrawn`, `interrupt`, `mailArrived`, `policyAdopted`, `park`, `pause`,
 * `resume`, and a host's sign-off; query `status`.
 * Fails: AgentGaveUp, AgentLooped, AgentExhausted, PlanRefused, HostLost, WorktreeGone, and what takeTurn calls final.
 */
export async function agentWorkflow(input: AgentWorkflowInput): Promise<AgentResult | ParkedAgent> {
  if (workflowInfo().parent === undefined) refuse('InvalidInput', 'An agent is started by its epic or task');
  const agent = openAgent(input);
  try {
    const outcome = await Promise.race([takeTurns(agent), agent.runEnd.due().then(() => leaveRun(agent))]);
    if ('parked' in outcome) return outcome;
    await agent.close('COMPLETED');
    return { outcome, nextTurn: agent.turn };
  } catch (thrown) {
    const error = endedBy(thrown);
    // Anything else is a mistake of ours (or continue-as-new): the workflow task fails and is tried again.
    if (error instanceof TemporalFailure) await agent.close(isCancellation(error) ? 'CANCELLED' : 'FAILED', error);
    throw error;
  }
}

async function takeTurns(agent: Agent): Promise<AgentOutcome> {
  for (let isFirst = true; ; isFirst = false) {
    await agent.pausePoint();
    // Each run takes a turn at least, so that nothing can keep an agent from its work.
    if (!isFirst) await agent.runEnd.pass();
    const isLast = agent.turnsTaken + 1 >= agent.input.turnLimit;
    const answer = await takeTurn(agent, isLast);
    endTurn(agent);
    if (answer.toolCalls.length > 0) {
      setInTools(agent, true);
      const { outcome, mark } = await runTools(agent, agent.turn - 1, answer.toolCalls);
      setInTools(agent, false);
      if (outcome !== undefined) return outcome;
      if (!isLast) lookForLoop(agent, mark);
      const note = noteAfterTools(answer.stopReason, agent);
      // A warning about a loop goes first. Runs from before this pin did not compact here.
      if (note !== undefined && agent.note === undefined && patched('compact-after-tools')) noteForNext(agent, note);
    } else {
      noteWish(agent, agent.interrupts.wish());
      agent.interrupts.settle();
      if (endsByItself(agent.input.purpose, answer.stopReason)) return { kind: 'silence' };
      if (isLast && answer.stopReason !== 'refusal') throw exhausted(agent.input.turnLimit, answer.said);
      const note = noteAfter(answer.stopReason, agent);
      if (note === undefined) throw endOf(answer.stopReason);
      noteForNext(agent, note);
    }
    if (isLast) throw exhausted(agent.input.turnLimit, answer.said);
  }
}

/** Tells the model once of each kind of loop; one that goes on ends the agent. */
function lookForLoop(agent: Agent, mark: TurnMark | undefined): void {
  const { loop, isAgain } = noteLoop(agent, mark);
  if (loop === undefined) return;
  if (isAgain) throw looped(LOOP_WORDS[loop]);
  agent.logLine({
    actor: 'factory',
    kind: 'decision',
    decision: `told to leave a loop after turn ${agent.turn - 1}`,
    reason: LOOP_WORDS[loop],
  });
}

/** One stored answer, however long the provider or the budget makes it wait. */
async function takeTurn(agent: Agent, isLast: boolean) {
  beginTurn(agent, Date.now());
  const cacheTtl = cacheTtlFor(agent.pausesMs);
  const { agentId, epicId, taskKey, purpose, pin, taskBudget, capMicroUsd } = agent.input;
  for (;;) {
    agent.tell('BUSY', `turn ${agent.turn}`);
    const result = await agent.interrupts.during(
      `turn ${agent.turn}, the model's answer, which is asked for again`,
      () =>
        model.takeTurn(`turn ${agent.turn} of ${agentId}`, {
          agentId,
          epicId,
          purpose,
          pin,
          turn: agent.turn,
          ...(taskKey === undefined ? {} : { taskKey }),
          ...(taskBudget === undefined ? {} : { taskBudget }),
          ...(agent.note === undefined ? {} : { note: agent.note }),
          ...(isLast ? { isLast } : {}),
          ...(agent.wishes === undefined ? {} : { said: agent.wishes }),
          ...(cacheTtl === undefined ? {} : { cacheTtl }),
          ...(capMicroUsd === undefined ? {} : { ownCapMicroUsd: capMicroUsd }),
        }),
    );
    // One that came in spite of an interrupt is stored, and none of its calls is carried out.
    if (result?.kind === 'answer') {
      forgetWishes(agent);
      noteAnswer(agent, Date.now());
      noteModel(agent, result.model);
      return result;
    }
    if (result !== undefined) forgetWishes(agent);
    noteWish(agent, agent.interrupts.wish());
    agent.interrupts.settle();
    if (result === undefined) await agent.runEnd.pass();
    else if (result.kind === 'hold') await waitOut(agent, result);
    // Nobody is asked to pay for advice, or for answers to mail that nobody may need any more.
    else if (capMicroUsd !== undefined || purpose === 'correspond') throw gaveUp('no budget is left for it');
    else await agent.askForBudget(result);
    await agent.pausePoint();
  }
}

/** Tells when another model answers than the one before. */
function noteModel(agent: Agent, fallback: string | undefined): void {
  if (!setFallback(agent, fallback)) return;
  const { model } = agent.input.pin;
  const decision = `turn ${agent.turn} is taken by ${fallback ?? model}${fallback === undefined ? ' again' : ''}`;
  agent.logLine({
    actor: 'factory',
    kind: 'decision',
    decision,
    reason: fallback === undefined ? 'it answers again' : `${model} is overloaded`,
  });
}

async function waitOut(agent: Agent, { until, reason, isBudget }: Held): Promise<void> {
  // Not a hold of kind 'budget', which only a person ends.
  const whom = isBudget ? 'other calls' : 'the model provider';
  agent.tell('WAITING', `waits for ${whom} until ${until}`, { kind: 'quota', reason });
  const summary = isBudget ? 'other calls may have ended' : 'the provider lets us ask again';
  await agent.runEnd.during(() => sleep(Math.max(1_000, Date.parse(until) - Date.now()), { summary }));
}

type Held = Extract<Awaited<ReturnType<typeof model.takeTurn>>, { kind: 'hold' }>;

/** With the next run, or for the parent, which ends its own run first. */
async function leaveRun(agent: Agent): Promise<ParkedAgent> {
  await agent.checkpointing;
  await finishHandlers(agent.flush);
  throwIfCancelled();
  if (agent.asks.length > 0) return { parked: agent.carry(), asks: agent.asks };
  if (agent.runEnd.isParkWanted()) return { parked: agent.carry() };
  return continueAsNew<typeof agentWorkflow>({ ...agent.input, paused: agent.paused, carry: agent.carry() });
}

const endOf = (stopReason: string) => {
  const { isTalk, reason } = endReason(stopReason);
  return isTalk ? looped(reason) : gaveUp(reason, causeOf(stopReason));
};

const gaveUp = (reason: string, ...details: unknown[]) =>
  ApplicationFailure.nonRetryable(`The agent gave up: ${reason}`, 'AgentGaveUp', ...details);

/** Another agent would most likely be refused too; its replacement should know. */
const causeOf = (stopReason: string): { cause?: TriageCause } => (stopReason === 'refusal' ? { cause: 'refusal' } : {});

const looped = (words: string) =>
  ApplicationFailure.nonRetryable(`The agent repeated the same steps after it was warned: ${words}`, 'AgentLooped');

/** `said`: its report, since nobody else will hear it. */
function exhausted(turns: number, said = '') {
  const report = said === '' ? '' : ` Its report: ${said}`;
  return ApplicationFailure.nonRetryable(
    `The agent is exhausted: it used all ${turns} turns of this round.${report}`,
    'AgentExhausted',
  );
}

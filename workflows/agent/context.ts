/** An agent's execution: its state, its messages and how it tells of itself. */
import { isCancellation } from '@temporalio/workflow';
import { z } from 'zod';
import { factory, records } from '../activities.ts';
import { createRequests } from '../ask-person.ts';
import type { AgentCarry, AgentWorkflowInput } from '../contract/agent.ts';
import type { ShortBudget, ShortEpic } from '../contract/budget.ts';
import { Person, pauseSignal, resumeSignal } from '../contract/epic.ts';
import { mailArrivedSignal } from '../contract/mail.ts';
import { defined } from '../contract/optional-fields.ts';
import { AdoptedPolicy, policyAdoptedSignal } from '../contract/policy.ts';
import type { AgentView } from '../contract/records.ts';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.ts';
import { type AgentState, ROLE_OF } from '../contract/states.ts';
import type { AgentQuestion } from '../contract/talk.ts';
import { parkSignal, taskStatusQuery } from '../contract/task.ts';
import { failureMessage, failureType } from '../failure.ts';
import { createHandlers } from '../handlers.ts';
import { createHostDepartures } from '../host-departures.ts';
import { newIgnored } from '../ignored-messages-state.ts';
import { askedWords } from '../parked-questions.ts';
import { createPausePoint } from '../pause.ts';
import { createRunEnd } from '../run-end.ts';
import { createStatus, type Standing } from '../status.ts';
import { budgetQuestion, shortBudget } from './ask-for-budget.ts';
import { createInterrupts } from './interrupts.ts';
import { askPeople, carryOf, newRound, type RoundData, setPaused, setPolicy } from './round-state.ts';

/** Registers the handlers and tells of the agent for the first time; call before the first await. */
export function openAgent(input: AgentWorkflowInput) {
  const startedAt = input.carry?.startedAt ?? new Date().toISOString();
  let standing: Standing<AgentState> = { state: 'IDLE', phase: 'starts' };
  const ignoredMemory = input.carry?.ignored ?? newIgnored();

  const status = createStatus<AgentState, AgentView>({
    name: 'recordAgent',
    epicId: input.epicId,
    taskKey: input.taskKey,
    ignored: ignoredMemory,
    standing: () => standing,
    stand: (now) => {
      standing = now;
    },
    view: (end): Omit<AgentView, 'version'> => ({
      agentId: input.agentId,
      epicId: input.epicId,
      ...(input.taskKey === undefined ? {} : { taskKey: input.taskKey }),
      purpose: input.purpose,
      attempt: input.attempt,
      model: input.pin.model,
      state: standing.state,
      phase: standing.phase,
      turn: agent.turn,
      startedAt,
      ...(standing.hold === undefined ? {} : { hold: standing.hold }),
      ...end,
    }),
    details: () => detailsOf(input.agentId, standing),
    attributes: () => [
      { key: SEARCH_ATTRIBUTES.state, value: standing.state },
      { key: SEARCH_ATTRIBUTES.role, value: ROLE_OF[input.purpose] },
    ],
    write: (record) => records.recordAgent('record', record),
  });

  const runEnd = createRunEnd();
  const handlers = createHandlers((line, reason) => status.ignore('factory', line, reason));
  const requests = createRequests(input.epicId, handlers, runEnd);
  const departures = createHostDepartures();
  departures.listen(handlers);
  let mailCalls = 0;
  const interrupts = createInterrupts(handlers, { epicId: input.epicId, taskKey: input.taskKey });

  const agent = {
    ...status,
    ...newRound(input),
    runEnd,
    interrupts,
    departures,
    /** The checkpoint of the turn before, where it is made while the model thinks about the next. */
    checkpointing: Promise.resolve() as Promise<unknown>,
    /** How often somebody said that there may be mail. */
    mailCalls: () => mailCalls,

    pausePoint: createPausePoint<AgentState>({
      ...{ runEnd, reason: 'the epic is paused', standing: () => standing, tell: status.tell },
      isPaused: (): boolean => agent.paused,
      meanwhile: { state: 'WAITING', phase: 'paused' },
    }),

    /** What the next run, or the one that its parent starts later, goes on from. */
    carry: (): AgentCarry => carryOf(agent, { startedAt, ignored: ignoredMemory }),

    /** Ends the run, which never returns: its parent gives its place back, asks, and starts it again with the answers. */
    async askAndPark(asks: readonly AgentQuestion[]): Promise<void> {
      askPeople(agent, asks);
      agent.tell('WAITING', 'waits for an answer', { kind: 'person', reason: askedWords(asks) });
      runEnd.park();
      await runEnd.pass();
    },

    async askForBudget(short: ShortBudget | ShortEpic): Promise<void> {
      const { reason, question } = budgetQuestion(shortBudget(short));
      agent.tell('WAITING', 'waits for a larger budget', { kind: 'budget', reason });
      await requests.ask(question);
    },

    /** Its last record is carried by the answer to its finishing call; a failure after it is told by a later one. */
    handIn: (): void => void status.end('COMPLETED', ENDS),

    /** The last record, and no reservation left open; awaited before the run closes. */
    async close(final: AgentState, error?: unknown): Promise<void> {
      const isExhausted = failureType(error) === 'AgentExhausted';
      status.end(final, { ...ENDS, error, ...(isExhausted ? { failed: 'exhausted: all turns are used' } : {}) });
      await status.close(async () => {
        await agent.checkpointing.catch((cause: unknown) => {
          if (!isCancellation(cause)) agent.logFailure('the last checkpoint failed', failureMessage(cause));
        });
        // Every call of a round that ended well has its answer.
        if (final !== 'COMPLETED') {
          await factory.settleAgent('settle what is still reserved', { agentId: input.agentId, ...unheardOf(agent) });
        }
      });
    },
  };
  // Signals that came with the first workflow task are handed out here, so the agent must be whole.
  handlers.onSignal(pauseSignal, Person, () => setPaused(agent, true));
  handlers.onSignal(resumeSignal, Person, () => setPaused(agent, false));
  handlers.onSignal(policyAdoptedSignal, AdoptedPolicy, ({ policy }) => setPolicy(agent, policy));
  handlers.onSignal(parkSignal, z.object({}), runEnd.park);
  handlers.onSignal(mailArrivedSignal, z.object({}), () => {
    mailCalls += 1;
  });
  handlers.onQuery(taskStatusQuery, () => ({ ...standing, turn: agent.turn, paused: agent.paused }));
  handlers.ignoreOthers();
  status.publish();
  return agent;
}

type Opened = ReturnType<typeof openAgent>;
/** What it remembers is changed by round-state.ts alone. */
export type Agent = Omit<Opened, keyof RoundData> & RoundData;

/** Only an agent with a placement has tools of a host. */
export function placementOf({ input: { placement, worktree } }: Agent) {
  if (placement === undefined || worktree === undefined) throw new Error('The agent has no placement on a host');
  return { placement, worktree };
}

/** Comments of people that no model call has stored, as after the last turn. */
function unheardOf({ input, wishes: said }: Pick<RoundData, 'input' | 'wishes'>) {
  const { epicId, taskKey, purpose } = input;
  return said === undefined ? {} : { unheard: { epicId, purpose, said, ...defined({ taskKey }) } };
}

const ENDS = { done: 'handed in its work', failedAs: 'AgentGaveUp' };

const detailsOf = (agentId: string, { state, phase, hold }: Standing<AgentState>): string =>
  `**${agentId}** ${state}: ${phase}${hold === undefined ? '' : ` (${hold.reason})`}`;

/** An agent's execution: its state, its messages and how it tells of itself. */
import { CancellationScope, isCancellation } from '@temporalio/workflow';
import { z } from 'zod';
import { factory, records } from '../activities.ts';
import { createRequests } from '../ask-person.ts';
import type { AgentCarry, AgentWorkflowInput } from '../contract/agent.ts';
import type { ShortBudget, ShortEpic } from '../contract/budget.ts';
import { Person, pauseSignal, resumeSignal } from '../contract/epic.ts';
import { AdoptedPolicy, policyAdoptedSignal } from '../contract/policy.ts';
import type { AgentView, Failure } from '../contract/records.ts';
import { SEARCH_ATTRIBUTES } from '../contract/search-attributes.ts';
import { type AgentState, type Hold, ROLE_OF } from '../contract/states.ts';
import { parkSignal, taskStatusQuery } from '../contract/task.ts';
import type { TurnNote } from '../contract/transcript.ts';
import { createDepartures } from '../departures.ts';
import { failureMessage, failureType } from '../failure.ts';
import { createHandlers, finishHandlers } from '../handlers.ts';
import { createIgnored, newIgnored } from '../ignored.ts';
import { createPublisher } from '../publish.ts';
import { createRests } from '../rests.ts';
import { budgetQuestion, shortBudget } from './budget.ts';
import { newLoopMemory } from './loops.ts';

/** Registers the handlers and tells of the agent for the first time; call before the first await. */
export function openAgent(input: AgentWorkflowInput) {
  const startedAt = input.carry?.startedAt ?? new Date().toISOString();
  let state: AgentState = 'IDLE';
  let phase = 'starts';
  let hold: Hold | undefined;
  let failure: Failure | undefined;
  let closedAt: string | undefined;

  const publisher = createPublisher<AgentView>({
    name: 'recordAgent',
    view: (): Omit<AgentView, 'version'> => ({
      agentId: input.agentId,
      epicId: input.epicId,
      ...(input.taskKey === undefined ? {} : { taskKey: input.taskKey }),
      purpose: input.purpose,
      attempt: input.attempt,
      model: input.pin.model,
      state,
      phase,
      turn: agent.turn,
      startedAt,
      ...(hold === undefined ? {} : { hold }),
      ...(failure === undefined ? {} : { failure }),
      ...(closedAt === undefined ? {} : { closedAt }),
    }),
    details: () => `**${input.agentId}** ${state}: ${phase}${hold === undefined ? '' : ` (${hold.reason})`}`,
    attributes: () => [
      { key: SEARCH_ATTRIBUTES.state, value: state },
      { key: SEARCH_ATTRIBUTES.role, value: ROLE_OF[input.purpose] },
    ],
    write: (record) => records.recordAgent('record', record),
  });

  const rests = createRests();
  const ignoredMemory = input.carry?.ignored ?? newIgnored();
  const ignored = createIgnored(ignoredMemory, (...refusal) => agent.decide(...refusal));
  const handlers = createHandlers((line, reason) => ignored.ignore('factory', line, reason));
  const requests = createRequests(input.epicId, handlers, rests);
  const departures = createDepartures();
  departures.listen(handlers);

  const agent = {
    input,
    rests,
    turn: input.carry?.turn ?? input.firstTurn,
    turnsTaken: input.carry?.turnsTaken ?? 0,
    nudges: input.carry?.nudges ?? 0,
    compactions: input.carry?.compactions ?? 0,
    loops: input.carry?.loops ?? newLoopMemory(),
    pausesMs: input.carry?.pausesMs ?? [],
    /** When the last answer came, in this run. */
    answeredAtMs: undefined as number | undefined,
    fallback: input.carry?.fallback,
    /** A note for the model, sent with its next turn. */
    note: input.carry?.note as TurnNote | undefined,
    /** The tools of the last answer have not all run yet. */
    isInTools: false,
    paused: input.paused,
    departures,
    /** The checkpoint of the turn before, made while the model thinks about the next. */
    checkpointing: Promise.resolve() as Promise<unknown>,
    flush: publisher.flush,

    tell(now: AgentState, what: string, why?: Pick<Hold, 'kind' | 'reason'>): void {
      state = now;
      phase = what;
      hold = why === undefined ? undefined : { ...why, since: new Date().toISOString() };
      publisher.publish();
    },

    decide(actor: string, kind: 'decision' | 'refusal' | 'failure', decision: string, reason: string): void {
      publisher.decide({ actor, kind, decision, reason, epicId: input.epicId, ...taskKeyOf(input) });
    },

    async pausePoint(): Promise<void> {
      if (!agent.paused) return;
      agent.tell('WAITING', 'paused', { kind: 'pause', reason: 'the epic is paused' });
      await rests.until(() => !agent.paused);
    },

    /**
     * What the next run, or the one that its parent starts later, goes on from. A turn that was paused between its tools
     * is read again, so that the rest of them run: its answer and their results are stored.
     */
    carry: (): AgentCarry => ({
      ...{ turn: agent.turn - (agent.isInTools ? 1 : 0), turnsTaken: agent.turnsTaken - (agent.isInTools ? 1 : 0) },
      ...{
        nudges: agent.nudges,
        compactions: agent.compactions,
        startedAt,
        ignored: ignoredMemory,
        loops: agent.loops,
      },
      pausesMs: agent.pausesMs,
      ...(agent.fallback === undefined ? {} : { fallback: agent.fallback }),
      ...(agent.note === undefined ? {} : { note: agent.note }),
    }),

    async askForBudget(short: ShortBudget | ShortEpic): Promise<void> {
      const { reason, question } = budgetQuestion(shortBudget(short));
      agent.tell('WAITING', 'waits for a larger budget', { kind: 'budget', reason });
      await requests.ask(question);
    },

    /** Its last record rides with the answer to its finishing call; a failure after it is told by a later one. */
    handIn: (): void => end('COMPLETED'),

    /** The last record, and no reservation left open; awaited before the run closes. */
    async close(final: AgentState, error?: unknown): Promise<void> {
      if (final === 'FAILED') failure = { type: failureType(error) ?? 'AgentGaveUp', message: failureMessage(error) };
      if (state === final) ignored.publish();
      else end(final, failure?.type === 'AgentExhausted' ? 'exhausted: all turns are used' : undefined);
      await CancellationScope.nonCancellable(async () => {
        await agent.checkpointing.catch((cause: unknown) => {
          if (!isCancellation(cause))
            agent.decide('factory', 'failure', 'the last checkpoint failed', failureMessage(cause));
        });
        // Every call of a round that ended well has its answer.
        if (final !== 'COMPLETED') {
          await factory.settleAgent('settle what is still reserved', { agentId: input.agentId });
        }
        await finishHandlers(publisher.flush);
      });
    },
  };
  // Signals that came with the first workflow task are handed out here, so the agent must be whole.
  handlers.onSignal(pauseSignal, Person, () => {
    agent.paused = true;
  });
  handlers.onSignal(resumeSignal, Person, () => {
    agent.paused = false;
  });
  handlers.onSignal(policyAdoptedSignal, AdoptedPolicy, ({ policy }) => {
    agent.input = { ...agent.input, policy };
  });
  handlers.onSignal(parkSignal, z.object({}), rests.park);
  handlers.onQuery(taskStatusQuery, () => ({ state, phase, hold, turn: agent.turn, paused: agent.paused }));
  handlers.ignoreOthers();
  publisher.publish();
  return agent;

  function end(final: AgentState, words = final === 'COMPLETED' ? 'handed in its work' : final.toLowerCase()): void {
    state = final;
    phase = words;
    hold = undefined;
    closedAt = new Date().toISOString();
    ignored.publish();
    publisher.publish();
  }
}

export type Agent = ReturnType<typeof openAgent>;

const taskKeyOf = (input: AgentWorkflowInput) => (input.taskKey === undefined ? {} : { taskKey: input.taskKey });

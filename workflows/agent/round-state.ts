/** What an agent remembers of its round, as plain data that outlives a run, and every way in which that changes. Pure. */
import type { AgentCarry, AgentWorkflowInput } from '../contract/agent.ts';
import type { Interrupt } from '../contract/interrupt.ts';
import type { LoopKind, LoopMemory, TurnMark } from '../contract/loops.ts';
import type { AgentQuestion, QuestionAnswered } from '../contract/talk.ts';
import type { ToolCallRef, TurnNote } from '../contract/transcript.ts';
import { type Change, change, type Seen } from '../read-only-state.ts';
import { badPlansAfter } from './judge-answer.ts';
import { afterTurn, newLoopMemory } from './loops.ts';
import { withPause } from './prompt-cache.ts';

interface RoundFields {
  /** With the policy that is in force. */
  input: AgentWorkflowInput;
  /** The next one. */
  turn: number;
  turnsTaken: number;
  nudges: number;
  compactions: number;
  badPlans: number;
  loops: LoopMemory;
  pausesMs: readonly number[];
  /** When the last answer came, in this run. */
  answeredAtMs?: number;
  fallback?: string;
  /** A note for the model, sent with its next turn. */
  note?: TurnNote;
  /** Comments of people who ended a model call or tools, for the next call. */
  wishes?: readonly Interrupt[];
  /** Of this round, and where it was when it last asked. */
  questions: number;
  askedOn?: string;
  /** People's answers that are no results of calls yet. */
  answered: QuestionAnswered[];
  /** What its parent is to ask people while it is parked. */
  asks: AgentQuestion[];
  /** The tools of the last answer have not all run yet. */
  isInTools: boolean;
  paused: boolean;
}
export type RoundData = Seen<RoundFields>;

const update = (data: RoundData, fields: Change<RoundFields>): void => change<RoundFields>(data, fields);

export function newRound(input: AgentWorkflowInput): RoundData {
  const { carry, firstTurn, paused } = input;
  const { fallback, note, askedOn, wishes } = carry ?? {};
  return {
    input,
    paused,
    turn: carry?.turn ?? firstTurn,
    turnsTaken: carry?.turnsTaken ?? 0,
    nudges: carry?.nudges ?? 0,
    compactions: carry?.compactions ?? 0,
    badPlans: carry?.badPlans ?? 0,
    loops: carry?.loops ?? newLoopMemory(),
    pausesMs: carry?.pausesMs ?? [],
    questions: carry?.questions ?? 0,
    answered: carry?.answered ?? [],
    asks: [],
    isInTools: false,
    ...(fallback === undefined ? {} : { fallback }),
    ...(note === undefined ? {} : { note: note as TurnNote }),
    ...(askedOn === undefined ? {} : { askedOn }),
    ...(wishes === undefined ? {} : { wishes }),
  };
}

/**
 * What the next run, or the one that its parent starts later, goes on from. A turn that was paused between its tools
 * is read again, so that the rest of them run: its answer and their results are stored.
 */
export function carryOf(data: RoundData, of: Pick<AgentCarry, 'startedAt' | 'ignored'>): AgentCarry {
  const { turn, turnsTaken, nudges, compactions, loops, pausesMs, fallback, note } = data;
  const { questions, askedOn, answered, badPlans, isInTools, wishes } = data;
  const again = isInTools ? 1 : 0;
  return {
    ...{ ...of, turn: turn - again, turnsTaken: turnsTaken - again, nudges, compactions, loops, pausesMs },
    ...(fallback === undefined ? {} : { fallback }),
    ...(note === undefined ? {} : { note }),
    ...(questions === 0 ? {} : { questions }),
    ...(askedOn === undefined ? {} : { askedOn }),
    ...(answered.length === 0 ? {} : { answered }),
    ...(badPlans === 0 ? {} : { badPlans }),
    ...(wishes === undefined ? {} : { wishes }),
  };
}

export const setPaused = (data: RoundData, paused: boolean): void => update(data, { paused });
export const setPolicy = (data: RoundData, policy: AgentWorkflowInput['policy']): void =>
  update(data, { input: { ...data.input, policy } });

/** The next turn begins, some time after the last answer. */
export function beginTurn(data: RoundData, nowMs: number): void {
  const { answeredAtMs, pausesMs } = data;
  if (answeredAtMs !== undefined) update(data, { pausesMs: withPause(pausesMs, nowMs - answeredAtMs) });
}
/** A person ended a model call or tools; the next call stores what they said, of which the newest are kept until then. */
export function noteWish(data: RoundData, wish: Interrupt | undefined): void {
  if (wish?.comment?.trim()) update(data, { wishes: [...(data.wishes ?? []), wish].slice(-MOST_WISHES) });
}
const MOST_WISHES = 5;
/** A call that was not ended has stored them. */
export const forgetWishes = (data: RoundData): void => update(data, { wishes: undefined });

export const noteAnswer = (data: RoundData, nowMs: number): void => update(data, { answeredAtMs: nowMs });

/** The turn is taken, and the note went with it. */
export const endTurn = (data: RoundData): void =>
  update(data, { turn: data.turn + 1, turnsTaken: data.turnsTaken + 1, note: undefined });

/** No turn of the round comes after the one that was taken last. */
export const isRoundOver = ({ turnsTaken, input }: RoundData): boolean => turnsTaken >= input.turnLimit;

export const setInTools = (data: RoundData, isInTools: boolean): void => update(data, { isInTools });

/** What the model is told after an answer without a call; each kind has a bound of its own. */
export function noteForNext(data: RoundData, note: TurnNote): void {
  const { nudges, compactions } = data;
  if (note === 'compact') update(data, { note, compactions: compactions + 1 });
  else update(data, note === 'continue' ? { note } : { note, nudges: nudges + 1 });
}

/** The loop that the turn completes; the model is told of it once. */
export function noteLoop(data: RoundData, mark: TurnMark | undefined): { loop?: LoopKind; isAgain?: boolean } {
  const { memory, ...found } = afterTurn(data.loops, mark);
  update(data, { loops: memory });
  if (found.loop !== undefined && found.isAgain !== true) update(data, { note: found.loop });
  return found;
}

/** The model that answered, where that is not the pinned one; false when it is the same as before. */
export function setFallback(data: RoundData, fallback: string | undefined): boolean {
  if (fallback === data.fallback) return false;
  update(data, { fallback });
  return true;
}

/** Its parent asks people while it is parked. */
export const askPeople = (data: RoundData, asks: readonly AgentQuestion[]): void =>
  update(data, { asks, questions: data.questions + asks.length, askedOn: data.input.placement?.host });

/** People's answers are results of calls now. */
export const takeAnswers = (data: RoundData): void => update(data, { answered: [] });

/** Returns how many plans in a row were refused by now. */
export function countBadPlans(data: RoundData, refused: readonly ToolCallRef[]): number {
  const badPlans = badPlansAfter(data.badPlans, refused);
  update(data, { badPlans });
  return badPlans;
}

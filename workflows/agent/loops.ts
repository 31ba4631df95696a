/**
 * Recognises an agent that goes in a circle, from what its last turns did and what came of it. Pure.
 * A turn is known by hashes of its calls and of their results, so that memory stays small and holds no text. A result that
 * changes is progress: whoever waits and sees something new each time is in no loop.
 */
import type { LoopKind, LoopMemory, TurnMark } from '../contract/loops.ts';
import type { ToolCallRef } from '../contract/transcript.ts';

/** Turns that make a loop when nothing about them differs. */
const SAME_TURNS = 4;
/** Turns of two kinds, one after the other, that make one. */
const ALTERNATING_TURNS = 6;

export const newLoopMemory = (): LoopMemory => ({ recent: [], told: [] });

/**
 * The memory after another turn, and the loop that the turn completes. Each kind is told once in a round: `isAgain` means
 * that the agent goes on although it was told. A loop that was recognised is forgotten, so that the next turns count again.
 * A turn whose marks are not known begins again too.
 */
export function afterTurn(
  memory: LoopMemory,
  turn: TurnMark | undefined,
): { memory: LoopMemory; loop?: LoopKind; isAgain?: boolean } {
  if (turn === undefined) return { memory: { ...memory, recent: [] } };
  const recent = [...memory.recent, turn].slice(-ALTERNATING_TURNS);
  const loop = loopIn(recent);
  if (loop === undefined) return { memory: { ...memory, recent } };
  const isAgain = memory.told.includes(loop);
  return { memory: { recent: [], told: [...new Set([...memory.told, loop])] }, loop, isAgain };
}

/** The loop that the newest turns are in, if any. */
export function loopIn(recent: readonly TurnMark[]): LoopKind | undefined {
  const last = recent.slice(-SAME_TURNS);
  const [first] = last;
  if (first === undefined) return undefined;
  if (last.length === SAME_TURNS && last.every((turn) => isSame(turn, first))) return 'same-action';
  const fails = (turn: TurnMark) => turn.isError && turn.result === first.result;
  if (last.length === SAME_TURNS && last.every(fails)) return 'same-error';
  const pairs = recent.slice(-ALTERNATING_TURNS);
  const alternates = pairs.every((turn, index) => isSame(turn, pairs[index % 2] as TurnMark));
  return pairs.length === ALTERNATING_TURNS && alternates ? 'alternating' : undefined;
}

const isSame = (a: TurnMark, b: TurnMark): boolean => a.action === b.action && a.result === b.result;

/** What a call came to: the hash of its result, or the text where the workflow itself answered. */
export interface CallResult {
  readonly mark: string | undefined;
  readonly isError: boolean;
}

/** A turn as loops see it; undefined where a call or its result has no mark, as in a history from before there were any. */
export function turnMark(
  calls: readonly ToolCallRef[],
  results: ReadonlyMap<string, CallResult>,
): TurnMark | undefined {
  const done = calls.map((call) => ({ call, result: results.get(call.id) }));
  if (done.some(({ call, result }) => call.mark === undefined || result?.mark === undefined)) return undefined;
  return {
    action: fold(done.map(({ call }) => call.mark ?? '')),
    result: fold(done.map(({ result }) => result?.mark ?? '')),
    isError: done.every(({ result }) => result?.isError === true),
  };
}

/** A short name for texts in their order: FNV-1a, once from each end, since workflows have no cryptography. */
export function fold(texts: readonly string[]): string {
  const text = texts.join('\n');
  return `${fnv(text)}${fnv([...text].reverse().join(''))}`;
}

function fnv(text: string): string {
  let hash = 0x811c9dc5;
  for (let index = 0; index < text.length; index += 1) hash = Math.imul(hash ^ text.charCodeAt(index), 0x01000193);
  return (hash >>> 0).toString(16).padStart(8, '0');
}

/** How an agent's loop is named to people. */
export const LOOP_WORDS: Record<LoopKind, string> = {
  'same-action': 'it made the same calls with the same results again and again',
  'same-error': 'it met the same error again and again, whatever it tried',
  alternating: 'it went back and forth between two steps with the same results',
};

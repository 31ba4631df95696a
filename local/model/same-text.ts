/** Whether two texts are the same but for what differs by nature, and how they look without that. */
import { isBound, type Piece, pieces, type RuleName, type TextKind } from './natural-differences.ts';

/** Which value of the replay stands for which of the recording, both ways: a mix-up is a difference. */
export interface Bindings {
  bind(rule: RuleName, recorded: string, now: string): boolean;
}

export function createBindings(known: readonly string[] = []): Bindings {
  const there = new Map<string, string>();
  const back = new Map<string, string>();
  const bind = (rule: RuleName, recorded: string, now: string): boolean => {
    if (rule === 'commit' && !areCommits(recorded, now)) return recorded === now;
    const [one, other] = [recorded, now].map((value) => `${rule} ${rule === 'commit' ? value.slice(0, 7) : value}`) as [
      string,
      string,
    ];
    if ((there.get(one) ?? other) !== other || (back.get(other) ?? one) !== one) return false;
    there.set(one, other);
    back.set(other, one);
    return true;
  };
  for (const commit of known) bind('commit', commit, commit);
  return { bind };
}

/** Words that only happen to have hexadecimal digits (1000000, defaced) are compared as they are. */
function areCommits(one: string, other: string): boolean {
  const both = one + other;
  return one.length === other.length && /\d/.test(both) && /[a-f]/.test(both);
}

/** Binds what it meets, also when it ends with false. */
export function isSameText(recorded: string, now: string, kind: TextKind, bindings: Bindings): boolean {
  const [before, after] = [pieces(recorded, kind), pieces(now, kind)];
  return before.length === after.length && before.every((piece, i) => isSamePiece(piece, after[i] as Piece, bindings));
}

function isSamePiece(recorded: Piece, now: Piece, bindings: Bindings): boolean {
  if (recorded.rule !== now.rule) return false;
  if (recorded.rule === undefined) return recorded.text === now.text;
  return isBound(recorded.rule) ? bindings.bind(recorded.rule, recorded.text, now.text) : true;
}

/** Both texts to be shown side by side: without what differs by nature, unless nothing else differs. */
export function comparable(recorded: string, now: string, kind: TextKind): { recorded: string; now: string } {
  const plain = (text: string) =>
    pieces(text, kind)
      .map(({ rule, text: value }) => (rule === undefined ? value : `<${rule}>`))
      .join('');
  const both = { recorded: plain(recorded), now: plain(now) };
  return both.recorded === both.now ? { recorded, now } : both;
}

/** How a merge lane stands, in words. Pure. */
import type { Lane } from '../data/fleet.ts';
import { count, span } from './format.ts';

type Verdict = Lane['verdicts'][number]['verdict'];

export function laneHeadline({ isLive, merging, waiting, settling }: Lane): string {
  const queue =
    waiting.length === 0
      ? 'nobody waits'
      : `${count(waiting.length, 'change')} ${waiting.length === 1 ? 'waits' : 'wait'}`;
  const conflicts =
    settling.length === 0
      ? ''
      : `, ${count(settling.length, 'change')} ${settling.length === 1 ? 'settles' : 'settle'} a conflict`;
  if (!isLive) return `Who merges is not known now; ${queue}${conflicts}, as it was recorded last`;
  return `${merging === null ? 'Nobody merges' : `${titleOf(merging)} merges`}, ${queue}${conflicts}`;
}

/** Of what is not recorded yet, its key. */
export const titleOf = ({ title, taskKey, epicId }: Pick<Lane['settling'][number], 'title' | 'taskKey' | 'epicId'>) =>
  title || (taskKey ?? epicId);

const VERDICTS: Readonly<Record<Verdict, readonly [color: string, words: string]>> = {
  merged: ['green', 'merged'],
  approved: ['green', 'approved'],
  verified: ['blue', 'verified'],
  red: ['red', 'tests failed'],
  'changes-requested': ['orange', 'changes requested'],
  conflict: ['orange', 'conflict'],
  superseded: ['gray', 'replaced'],
};

/** A verdict of a later version says its own name. */
export const verdictOf = (verdict: string): { readonly color: string; readonly words: string } => {
  const [color, words] = VERDICTS[verdict as Verdict] ?? ['gray', verdict];
  return { color, words };
};

/** Fewer say nothing of the next one. */
const ENOUGH_MERGES = 5;

/** Half of what was merged took no longer than the one, nine of ten no longer than the other. */
export function leadTimeWords(leadTime: Lane['leadTime']): string {
  if (leadTime === null) return 'Nothing was merged in the last 7 days';
  const { merges, medianSeconds, p90Seconds } = leadTime;
  const merged = `${count(merges, 'merge')} in the last 7 days`;
  if (merges < ENOUGH_MERGES) return merged;
  return `${merged}: half within ${span(medianSeconds * 1_000)}, nine of ten within ${span(p90Seconds * 1_000)} of their start`;
}

/** How all epics at work stand, in one sentence. Pure. */
import type { EpicInList } from '../data/epics.ts';
import { isCut } from '../data/limits.ts';
import { count, money } from './format.ts';

type Epic = Pick<EpicInList, 'tasks' | 'costUsd' | 'paused'>;

/** "2 epics are at work: 3 of 9 tasks done, 1 failed, $0.42 spent; 1 is paused"; nothing of none. */
export function standingWords(epics: readonly Epic[]): string | undefined {
  if (epics.length === 0) return undefined;
  const sum = (of: (epic: Epic) => number) => epics.reduce((total, epic) => total + of(epic), 0);
  const all = sum(({ tasks }) => Object.values(tasks).reduce((total, number) => total + number, 0));
  const done = sum(({ tasks }) => tasks.COMPLETED ?? 0);
  const failed = sum(({ tasks }) => tasks.FAILED ?? 0);
  const paused = epics.filter((epic) => epic.paused).length;
  const parts = [
    ...(all === 0 ? [] : [`${done} of ${count(all, 'task')} done`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    `${money(sum(({ costUsd }) => costUsd))} spent`,
  ];
  const number = `${isCut(epics.length, 'epics') ? 'At least ' : ''}${count(epics.length, 'epic')}`;
  const pauses = paused === 0 ? '' : `; ${paused} ${paused === 1 ? 'is' : 'are'} paused`;
  return `${number} ${epics.length === 1 ? 'is' : 'are'} at work: ${parts.join(', ')}${pauses}.`;
}

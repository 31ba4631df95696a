/** How all open epics stand, in one sentence. Pure. */
import type { EpicInList } from '../data/epics.ts';
import { isCut } from '../data/limits.ts';
import { count, money } from './format.ts';

type Epic = Pick<EpicInList, 'tasks' | 'costUsd' | 'paused' | 'state' | 'hold'>;

/**
 * "2 epics are at work: 3 of 9 tasks done, 1 failed, $0.42 spent"; with some that are not, "20 epics are open: 5 at work,
 * 12 wait for admission, 3 for a person; 3 of 9 tasks done …". Nothing of none.
 */
export function standingWords(epics: readonly Epic[]): string | undefined {
  if (epics.length === 0) return undefined;
  const sum = (of: (epic: Epic) => number) => epics.reduce((total, epic) => total + of(epic), 0);
  const all = sum(({ tasks }) => Object.values(tasks).reduce((total, number) => total + number, 0));
  const done = sum(({ tasks }) => tasks.COMPLETED ?? 0);
  const failed = sum(({ tasks }) => tasks.FAILED ?? 0);
  const parts = [
    ...(all === 0 ? [] : [`${done} of ${count(all, 'task')} done`]),
    ...(failed === 0 ? [] : [`${failed} failed`]),
    `${money(sum(({ costUsd }) => costUsd))} spent`,
  ].join(', ');
  const number = `${isCut(epics.length, 'epics') ? 'At least ' : ''}${count(epics.length, 'epic')}`;
  const [verb, by] = [epics.length === 1 ? 'is' : 'are', Map.groupBy(epics, waitsFor)];
  const atWork = by.get(undefined)?.length ?? 0;
  if (atWork === epics.length) return `${number} ${verb} at work: ${parts}.`;
  const waits = WAITS.flatMap((what) => {
    const waiting = by.get(what)?.length ?? 0;
    return waiting === 0 ? [] : [{ waiting, what }];
  }).map(({ waiting, what }, index) => `${waiting}${index > 0 ? '' : waiting === 1 ? ' waits' : ' wait'} for ${what}`);
  const paused = by.get('paused')?.length ?? 0;
  const stands = [
    ...(atWork === 0 ? [] : [`${atWork} at work`]),
    ...waits,
    ...(paused === 0 ? [] : [`${paused} ${paused === 1 ? 'is' : 'are'} paused`]),
  ];
  return `${number} ${verb} open: ${stands.join(', ')}; ${parts}.`;
}

const WAITS = ['admission', 'a person', 'something else'] as const;

/** What keeps an epic from its work; undefined of one that is at work. */
function waitsFor({ paused, state, hold }: Epic): (typeof WAITS)[number] | 'paused' | undefined {
  if (paused || hold?.kind === 'pause') return 'paused';
  if (hold?.kind === 'admission') return 'admission';
  if (state === 'BLOCKED' || hold?.kind === 'person' || hold?.kind === 'budget') return 'a person';
  return hold === null ? undefined : 'something else';
}

/** How hosts, agents and quotas stand, in words. Pure. */
import { type Availability, isSilent } from '../../api/client/host-availability.ts';
import type { Fleet } from '../data/fleet.ts';
import { count } from './format.ts';

/** One sentence of all, as of when it was read: what works, what waits, and how much room there is. */
export function fleetHeadline(
  { hosts, agents, epics }: Pick<Fleet, 'hosts' | 'agents' | 'epics'>,
  readAt: number,
): string {
  const there = hosts.filter((host) => host.leftAt === null && !isSilent(host, readAt));
  if (there.length === 0) return 'No host is there: nothing can run until a worker process starts';
  const taken = there.reduce((sum, host) => sum + host.taken, 0);
  const capacity = there.reduce((sum, host) => sum + host.capacity, 0);
  const silent = hosts.filter((host) => host.leftAt === null && isSilent(host, readAt)).length;
  const silence = silent === 0 ? '' : `; ${count(silent, 'host')} ${silent === 1 ? 'is' : 'are'} silent`;
  const waiting =
    epics.waiting === 0
      ? ''
      : `, ${count(epics.waiting, 'epic')} ${epics.waiting === 1 ? 'waits' : 'wait'} for admission`;
  const busy = agents.filter(({ state }) => state === 'BUSY').length;
  const idle = agents.length - busy;
  const atWork = busy === 0 ? 'No agent is at work' : `${count(busy, 'agent')} at work`;
  const idleWords = idle === 0 ? '' : `, ${idle} ${idle === 1 ? 'waits' : 'wait'}`;
  return `${atWork}${idleWords}; ${taken} of ${count(capacity, 'slot')} taken on ${count(there.length, 'host')}${silence}${waiting}`;
}

/** Providers that still make calls wait. */
export const holdsNow = <Hold extends { readonly until: string }>(holds: readonly Hold[], now: number): Hold[] =>
  holds.filter(({ until }) => Date.parse(until) > now);

/** Whether agents' commands run without a sandbox there: "none: it is turned off (SANDBOX=off)". */
export const isUnconfined = (sandbox: string | null): boolean => sandbox?.startsWith('none') ?? false;

/** The color of a host's availability. */
export const AVAILABILITY_COLORS: Readonly<Record<Availability, 'green' | 'orange' | 'gray'>> = {
  'takes work': 'green',
  full: 'green',
  'takes no more work': 'orange',
  silent: 'orange',
  'signed off': 'gray',
};

/** What an agent is for: "implements", "reviews". */
export const doesWhat = (purpose: Fleet['agents'][number]['purpose']): string => `${purpose}s`;

/** Limits and versions, each with its name; what is not known says so. */
export function limitWords(limits: Fleet['limits']): readonly (readonly [string, string])[] {
  if (limits === null) return [];
  return [
    ['Tasks of an epic at once', `${limits.tasks}`],
    ['Attempts before a person is asked', `${limits.attempts}`],
    ['Rounds of an attempt', `${limits.rounds}`],
    ['Turns of a round', `${limits.turns}`],
    ['Budget of an epic', `$${limits.budgetUsd}`],
  ];
}

export const versionWords = ({ factory, node, postgres, temporal }: Fleet['versions']) =>
  [
    ['FactoryFactory', factory],
    ['Node.js', node],
    ['PostgreSQL', postgres],
    ['Temporal', temporal ?? 'does not answer'],
  ] as const;

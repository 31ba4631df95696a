/** How hosts, agents and quotas stand, in words. Pure. */
import type { Fleet, FleetHost } from '../data/fleet.ts';
import { count } from './words.ts';

/** A host says that it is there every few seconds. */
const SILENT_MS = 30_000;

/** One sentence of all: what works, what waits, and how much room there is. */
export function fleetHeadline({ hosts, agents, epics }: Pick<Fleet, 'hosts' | 'agents' | 'epics'>): string {
  if (hosts.length === 0) return 'No host is there: nothing can run until a worker process starts';
  const taken = hosts.reduce((sum, host) => sum + host.taken, 0);
  const capacity = hosts.reduce((sum, host) => sum + host.capacity, 0);
  const waiting =
    epics.waiting === 0
      ? ''
      : `, ${count(epics.waiting, 'epic')} ${epics.waiting === 1 ? 'waits' : 'wait'} for admission`;
  return `${count(agents.length, 'agent')} at work; ${taken} of ${count(capacity, 'slot')} taken on ${count(hosts.length, 'host')}${waiting}`;
}

interface Posture {
  readonly color: 'green' | 'orange' | 'gray';
  readonly words: string;
}

/** Whether a host takes work, as of when it was read. */
export function postureOf({ refusal, leftAt, lastSeenAt, taken, capacity }: FleetHost, readAt: number): Posture {
  if (leftAt !== null) return { color: 'gray', words: 'signed off' };
  if (readAt - Date.parse(lastSeenAt) > SILENT_MS) return { color: 'orange', words: 'silent' };
  if (refusal !== null) return { color: 'orange', words: 'takes no more work' };
  return taken >= capacity ? { color: 'green', words: 'full' } : { color: 'green', words: 'takes work' };
}

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

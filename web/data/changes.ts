/** Which queries an event of the factory makes stale: one table for all pages. Pure. */

/** One entity that changed, as `GET /events` names it. */
export interface Change {
  readonly kind: string;
  readonly id: string;
  readonly epicId: string | null;
  readonly taskKey: string | null;
}

export type QueryKey = readonly string[];

/** Every query begins with one of these, so that a key says what it is made of. */
export const keys = {
  requests: ['requests'],
  settled: ['settled-requests'],
  epics: ['epics'],
  epic: (epicId: string) => ['epic', epicId],
  task: (epicId: string, taskKey: string) => ['task', epicId, taskKey],
  transcript: (id: string) => ['transcript', id],
  log: (epicId: string) => ['log', epicId],
  diff: (epicId: string) => ['diff', epicId],
  costs: (epicId: string) => ['costs', epicId],
  plan: (epicId: string) => ['plan', epicId],
  account: (epicId: string) => ['account', epicId],
  lanes: ['lanes'],
  fleet: ['fleet'],
  health: ['health'],
  intake: ['intake'],
  mail: ['mail'],
} as const;

type Touch = (change: Change) => readonly QueryKey[];

const ofEpic: Touch = ({ epicId }) => (epicId === null ? [keys.epics] : [keys.epics, keys.epic(epicId)]);
const ofTask: Touch = ({ epicId, taskKey }) =>
  epicId === null || taskKey === null ? [] : [keys.task(epicId, taskKey)];
const ofDiff: Touch = ({ epicId }) => (epicId === null ? [] : [keys.diff(epicId)]);
const ofPlan: Touch = ({ epicId }) => (epicId === null ? [] : [keys.plan(epicId)]);
const both: Touch = (change) => [...ofEpic(change), ...ofTask(change)];
const ofRequest: Touch = (change) => [keys.requests, keys.settled, ...both(change), ...ofDiff(change)];
const ofCost: Touch = (change) => [...both(change), ...(change.epicId === null ? [] : [keys.costs(change.epicId)])];
const ofChange: Touch = (change) => [...both(change), ...ofDiff(change), keys.lanes];

/** By kind, which is the name of what changed. */
const TOUCHES: Readonly<Record<string, Touch>> = {
  epic: (change) => [...ofEpic(change), ...ofPlan(change), keys.requests, keys.lanes, keys.fleet],
  task: (change) => [...both(change), keys.lanes],
  agent: (change) => [...both(change), keys.fleet],
  transcript: (change) => [keys.transcript(change.id), keys.fleet],
  cost: ofCost,
  budget: ofCost,
  'human-request': ofRequest,
  message: both,
  mail: () => [keys.mail],
  'pull-request': ofChange,
  submission: ofChange,
  evidence: (change) => [...both(change), ...ofPlan(change)],
  decision: ({ epicId }) => (epicId === null ? [] : [keys.log(epicId), keys.account(epicId)]),
  host: () => [keys.fleet],
  placement: (change) => [keys.fleet, ...ofTask(change)],
  intake: () => [keys.intake],
};

/** A kind of a later version. */
const LATER = ofRequest;

/** The keys of the queries that these changes make stale, each once. */
export function staleKeys(changes: readonly Change[]): QueryKey[] {
  const found = new Map<string, QueryKey>();
  for (const change of changes) {
    for (const key of (TOUCHES[change.kind] ?? LATER)(change)) found.set(key.join('\n'), key);
  }
  return [...found.values()];
}

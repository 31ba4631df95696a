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
  epics: ['epics'],
  epic: (epicId: string) => ['epic', epicId],
  task: (epicId: string, taskKey: string) => ['task', epicId, taskKey],
  transcript: (id: string) => ['transcript', id],
  log: (epicId: string) => ['log', epicId],
  diff: (epicId: string) => ['diff', epicId],
  costs: (epicId: string) => ['costs', epicId],
  lanes: ['lanes'],
  fleet: ['fleet'],
  intake: ['intake'],
  health: ['health'],
} as const;

type Touch = (change: Change) => readonly QueryKey[];

const ofEpic: Touch = ({ epicId }) => (epicId === null ? [keys.epics] : [keys.epics, keys.epic(epicId)]);
const ofTask: Touch = ({ epicId, taskKey }) =>
  epicId === null || taskKey === null ? [] : [keys.task(epicId, taskKey)];
const ofDiff: Touch = ({ epicId }) => (epicId === null ? [] : [keys.diff(epicId)]);
const ofRequest: Touch = (change) => [keys.requests, ...ofEpic(change), ...ofTask(change), ...ofDiff(change)];

/** By kind, which is the name of what changed. A kind that is not here is news of a later version, and touches its epic. */
const TOUCHES: Readonly<Record<string, Touch>> = {
  epic: (change) => [...ofEpic(change), keys.requests, keys.lanes],
  task: (change) => [...ofEpic(change), ...ofTask(change), keys.lanes, keys.fleet],
  agent: (change) => [...ofEpic(change), ...ofTask(change), keys.fleet],
  transcript: (change) => [keys.transcript(change.id), keys.fleet],
  ledger: (change) => [...ofEpic(change), ...(change.epicId === null ? [] : [keys.costs(change.epicId)])],
  request: ofRequest,
  message: ofEpic,
  'pull-request': (change) => [...ofEpic(change), ...ofTask(change), ...ofDiff(change)],
  decision: ({ epicId }) => (epicId === null ? [] : [keys.log(epicId)]),
  host: () => [keys.fleet],
  issue: () => [keys.intake],
};

/** The keys of the queries that these changes make stale, each once. */
export function staleKeys(changes: readonly Change[]): QueryKey[] {
  const found = new Map<string, QueryKey>();
  for (const change of changes) {
    for (const key of (TOUCHES[change.kind] ?? ofRequest)(change)) found.set(key.join('\n'), key);
  }
  return [...found.values()];
}

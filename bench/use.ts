/** The CPU time and the memory that a stack uses, by part. */
import { type ProcessStat, readMemory, readStats } from './proc.ts';

/** Programs are what the worker process starts: its starter, git, tmux and what runs in it. */
export const USERS = ['temporal', 'worker', 'programs', 'api', 'postgres', 'model', 'launcher'] as const;
export type User = (typeof USERS)[number];

export const USER_NAMES: Readonly<Record<User, string>> = {
  ...{ temporal: 'Temporal', worker: 'worker process', programs: 'programs that it starts', api: 'API' },
  ...{ postgres: 'PostgreSQL', model: 'scripted model', launcher: 'launcher' },
};

export interface Use {
  readonly cpuSeconds: number;
  readonly residentMb: number;
  readonly proportionalMb: number;
}
export type StackUse = Readonly<Record<User, Use>>;

export interface Roots {
  /** The process of each part, by id. */
  readonly parts: ReadonlyMap<number, User>;
  /** What belongs to the stack too; programs, where it is below no part any more, as tmux is. */
  readonly others: readonly number[];
}

/** Which user each process belongs to: that of the nearest root above it. Processes of nobody are left out. */
export function assignProcesses(stats: ReadonlyMap<number, ProcessStat>, { parts, others }: Roots): Map<number, User> {
  const below = usersBelow(stats, parts);
  const strays = others.filter((pid) => !below.has(pid)).map((pid): [number, User] => [pid, 'programs']);
  return usersBelow(stats, new Map([...parts, ...strays]));
}

function usersBelow(stats: ReadonlyMap<number, ProcessStat>, roots: ReadonlyMap<number, User>): Map<number, User> {
  const users = new Map<number, User>();
  for (const pid of stats.keys()) {
    let root: number | undefined = pid;
    while (root !== undefined && !roots.has(root)) root = stats.get(root)?.parent;
    const user = root === undefined ? undefined : roots.get(root);
    if (user !== undefined) users.set(pid, user === 'worker' && root !== pid ? 'programs' : user);
  }
  return users;
}

/** Each process with the children that it waited for, so that what begins and ends between two looks is counted too. */
export function cpuByUser(
  stats: ReadonlyMap<number, ProcessStat>,
  users: ReadonlyMap<number, User>,
): Record<User, number> {
  const seconds = Object.fromEntries(USERS.map((user) => [user, 0])) as Record<User, number>;
  for (const [pid, user] of users) {
    const { ownSeconds = 0, childSeconds = 0 } = stats.get(pid) ?? {};
    seconds[user] += ownSeconds;
    seconds[user === 'worker' ? 'programs' : user] += childSeconds;
  }
  return seconds;
}

export function readUse(roots: Roots): StackUse {
  const stats = readStats();
  const users = assignProcesses(stats, roots);
  const cpu = cpuByUser(stats, users);
  const memories = [...users].map(([pid, user]) => ({ user, ...readMemory(pid) }));
  const sum = (user: User, what: 'residentMb' | 'proportionalMb') =>
    memories.filter((one) => one.user === user).reduce((total, one) => total + (one[what] ?? 0), 0);
  return mapUsers((user) => ({
    cpuSeconds: cpu[user],
    residentMb: sum(user, 'residentMb'),
    proportionalMb: sum(user, 'proportionalMb'),
  }));
}

export const mapUsers = <T>(of: (user: User) => T): Record<User, T> =>
  Object.fromEntries(USERS.map((user) => [user, of(user)])) as Record<User, T>;

/** CPU seconds between two looks. */
export const cpuBetween = (before: StackUse, after: StackUse): Record<User, number> =>
  mapUsers((user) => after[user].cpuSeconds - before[user].cpuSeconds);

export const sumOf = (byUser: Readonly<Record<User, number>>): number =>
  USERS.reduce((total, user) => total + byUser[user], 0);

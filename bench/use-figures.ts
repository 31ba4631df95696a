/** CPU time and memory of a stack's parts as figures. */
import type { Figure } from './figure.ts';
import { mapUsers, type StackUse, sumOf, USER_NAMES, USERS, type User } from './use.ts';

export const ALL_CPU = 'CPU of an epic, all';

export const cpuFigures = (of: (user: User) => number, all: number): Figure[] => [
  ...USERS.map((user): Figure => ({ name: `CPU of an epic, ${USER_NAMES[user]}`, value: of(user), unit: 's' })),
  { name: ALL_CPU, value: all, unit: 's' },
];

const IDLE_MB = 500;

export const idleMemoryFigures = (use: StackUse): Figure[] => [
  ...USERS.map(
    (user): Figure => ({ name: `idle stack, ${USER_NAMES[user]}`, value: use[user].proportionalMb, unit: 'MB' }),
  ),
  {
    ...{ name: 'idle stack, proportional set size of all', unit: 'MB', goal: IDLE_MB },
    value: sumOf(mapUsers((user) => use[user].proportionalMb)),
  },
];

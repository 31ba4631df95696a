/** Everything that `npm run bench` measures, in the order in which it does. */
import { measureEngine } from './engine.ts';
import { measureEpic } from './epic.ts';
import { measureFleet } from './fleet.ts';
import { measureFlood } from './flood.ts';
import { measureGit } from './git.ts';
import { measureIdle } from './idle.ts';
import { measureLane } from './lane.ts';
import { measureLarge } from './large.ts';
import { measureMemory } from './memory.ts';
import { definePart, type Part } from './options.ts';
import { measureSandbox } from './sandbox.ts';
import { measureTurns } from './turns.ts';
import { measureWeb } from './web.ts';

const against = { placeholder: 'COMMIT', about: 'measure that build too, and print both with their ratios' };
const count = <N extends number>(fallback: N, about: string) => ({ placeholder: 'N', fallback, about });

export const PARTS: Readonly<Record<string, Part>> = {
  engine: definePart({
    about: 'what Temporal alone costs: 1,023 activities in a row, and a turn of an agent',
    measure: measureEngine,
  }),
  git: definePart({
    about: 'the preparation of a worktree beside a plain `git worktree add`',
    measure: measureGit,
  }),
  epic: definePart({
    about: 'an epic of 3 tasks against a shell script, its steps and its CPU time; the memory of an idle stack',
    options: { against, rounds: count(3, 'epics that count, after one that does not') },
    measure: (signal, { against, rounds }) => measureEpic({ against, signal }, { rounds }),
  }),
  lane: definePart({
    about: 'epics of one task that all go to one branch: how often they are verified',
    options: { epics: count(30, 'how many'), 'check-seconds': count(20, 'how long a verification takes') },
    measure: (signal, { epics, 'check-seconds': checkSeconds }) => measureLane(signal, { epics, checkSeconds }),
  }),
  sandbox: definePart({
    about: 'what the sandbox adds to a command',
    measure: measureSandbox,
  }),
  turns: definePart({
    about: 'a long round of one agent: what the engine takes of each turn, beside model call and tool',
    isOnDemand: true,
    options: { turns: count(340, 'how many'), against },
    measure: (signal, { turns, against }) => measureTurns({ against, signal }, { turns }),
  }),
  fleet: definePart({
    about: 'many epics of 3 tasks at once: how long all take, turns a second, CPU time of each',
    isOnDemand: true,
    options: { epics: count(20, 'how many'), against },
    measure: (signal, { epics, against }) => measureFleet({ against, signal }, { epics }),
  }),
  idle: definePart({
    about: 'epics that wait for an approval: CPU time and memory meanwhile, and how soon one answers',
    isOnDemand: true,
    options: { epics: count(2_000, 'how many'), seconds: count(60, 'how long they are watched'), against },
    measure: (signal, { epics, seconds, against }) => measureIdle({ against, signal }, { epics, seconds }),
  }),
  memory: definePart({
    about: 'the memory of the worker process after many epics, one after the other',
    isOnDemand: true,
    options: { epics: count(100, 'how many'), against },
    measure: (signal, { epics, against }) => measureMemory({ against, signal }, { epics }),
  }),
  flood: definePart({
    about: 'messages to a waiting epic, a waiting task and the supervisor, while a neighbour is timed',
    isOnDemand: true,
    options: { messages: count(10_000, 'to each of the three'), rate: count(150, 'a second, to all together') },
    measure: measureFlood,
  }),
  large: definePart({
    about: 'an epic in a repository of very many files, and the activities that its time goes to',
    isOnDemand: true,
    options: { files: count(300_000, 'how many') },
    measure: (signal, { files }) => measureLarge(signal, files),
  }),
  web: definePart({
    about: 'the dashboard: first load, change to screen with ten pages open, a diff of a million lines, rest',
    isOnDemand: true,
    measure: measureWeb,
  }),
};

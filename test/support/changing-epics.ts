/** Epics that change at random, as their workflows would record it. */
import type { EpicView, HumanRequestView, PlannedTaskView } from '../../workflows/contract/records.ts';
import { EpicState, RequestKind, TaskState } from '../../workflows/contract/states.ts';
import type { Random } from '../faults/random.ts';
import { epicView, humanRequest, plannedTask } from './views.ts';

const MOST_EPICS = 5;
const MOST_OPEN = 4;

/** Returns what changes one of them and says how; `record` writes each change. */
export function createChangingEpics(record: (view: EpicView) => Promise<unknown>, random: Random) {
  const epics: EpicView[] = [];
  let made = 0;
  const one = <Item>(items: readonly Item[]): Item => items[Math.floor(random() * items.length)] as Item;
  const write = async (index: number, change: Partial<EpicView>) => {
    const before = epics[index] as EpicView;
    epics[index] = { ...before, ...change, version: before.version + 1 };
    await record(epics[index]);
  };
  const requestsOf = (index: number) => epics[index]?.requests ?? [];
  const tasksOf = (index: number) => epics[index]?.tasks ?? [];

  const add = async () => {
    if (epics.length === MOST_EPICS) return false;
    const tasks = Array.from({ length: Math.floor(random() * 4) }, (_, position) =>
      plannedTask(position === 0 ? 'first' : `t${position}`, position),
    );
    epics.push(epicView(`e${epics.length}`, 1, { state: one(EpicState.options), tasks }));
    await record(epics.at(-1) as EpicView);
    return true;
  };
  const settle = (state: HumanRequestView['state']) => async (index: number) => {
    const open = requestsOf(index).filter((request) => request.state === 'open');
    if (open.length === 0) return false;
    const chosen = one(open);
    const rest = {
      closedAt: new Date().toISOString(),
      ...(state === 'answered' ? { answer: { requestId: chosen.requestId, decision: 'approve', by: 'ann' } } : {}),
    };
    await write(index, {
      requests: requestsOf(index).map((request) => (request === chosen ? { ...request, ...rest, state } : request)),
    });
    return true;
  };
  const ask = async (index: number) => {
    if (requestsOf(index).filter(({ state }) => state === 'open').length === MOST_OPEN) return false;
    made += 1;
    const request = humanRequest(`r${made}`, { kind: one(RequestKind.options), question: `Question ${made}?` });
    await write(index, { requests: [...requestsOf(index), request] });
    return true;
  };
  const moveTask = async (index: number) => {
    if (tasksOf(index).length === 0) return false;
    const chosen = one(tasksOf(index));
    const status: PlannedTaskView['status'] = { state: one(TaskState.options), phase: 'implement' };
    await write(index, { tasks: tasksOf(index).map((task) => (task === chosen ? { ...task, status } : task)) });
    return true;
  };

  const changes: Readonly<Record<string, (index: number) => Promise<boolean>>> = {
    'a new epic': add,
    'a question': ask,
    'another question': ask,
    'an answer': settle('answered'),
    'a withdrawal': settle('withdrawn'),
    'a replacement': settle('replaced'),
    'another state': (index) => write(index, { state: one(EpicState.options) }).then(() => true),
    'a pause or its end': (index) => write(index, { paused: epics[index]?.paused !== true }).then(() => true),
    'a task that moves': moveTask,
  };
  return {
    kinds: Object.keys(changes),
    epics: (): readonly EpicView[] => epics,
    begin: add,
    /** Returns the kind of the change; where the chosen one does not apply, another one is made. */
    async change(): Promise<string> {
      for (;;) {
        const kind = one(Object.keys(changes));
        if (await changes[kind]?.(Math.floor(random() * epics.length))) return kind;
      }
    },
  };
}

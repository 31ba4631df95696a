/** The pages by address. Each is loaded when it is first looked at, but for Home. */
import { createRootRoute, createRoute, createRouter, lazyRouteComponent } from '@tanstack/react-router';
import type { WhichDiff } from './data/diffs.ts';
import { Home } from './pages/home.tsx';
import { NotFound } from './parts/not-found.tsx';
import { Shell } from './parts/shell.tsx';
import { isTaskAction, type TaskAction } from './parts/task-actions.ts';

const root = createRootRoute({ component: Shell, notFoundComponent: NotFound });
const page = <Path extends string>(path: Path) => ({ getParentRoute: () => root, path });

const home = createRoute({ ...page('/'), component: Home });
const epics = createRoute({
  ...page('/epics'),
  component: lazyRouteComponent(() => import('./pages/epics.tsx'), 'Epics'),
});
const create = createRoute({
  ...page('/new'),
  component: lazyRouteComponent(() => import('./pages/new.tsx'), 'NewEpic'),
});
const fleet = createRoute({
  ...page('/fleet'),
  component: lazyRouteComponent(() => import('./pages/fleet.tsx'), 'Fleet'),
});
const lanes = createRoute({
  ...page('/lanes'),
  component: lazyRouteComponent(() => import('./pages/lanes.tsx'), 'Lanes'),
});
const epic = createRoute({
  ...page('/epics/$epicId'),
  component: lazyRouteComponent(() => import('./pages/epic.tsx'), 'EpicPage'),
});
const issues = createRoute({
  ...page('/issues'),
  component: lazyRouteComponent(() => import('./pages/intake.tsx'), 'IntakePage'),
});
const inbox = createRoute({
  ...page('/inbox'),
  component: lazyRouteComponent(() => import('./pages/inbox.tsx'), 'InboxPage'),
});
const plan = createRoute({
  ...page('/epics/$epicId/plan'),
  component: lazyRouteComponent(() => import('./pages/plan.tsx'), 'PlanPage'),
});
const cost = createRoute({
  ...page('/epics/$epicId/cost'),
  component: lazyRouteComponent(() => import('./pages/cost.tsx'), 'CostPage'),
});
const story = createRoute({
  ...page('/epics/$epicId/story'),
  component: lazyRouteComponent(() => import('./pages/story.tsx'), 'StoryPage'),
});
const log = createRoute({
  ...page('/epics/$epicId/log'),
  component: lazyRouteComponent(() => import('./pages/log.tsx'), 'LogPage'),
});

const chosen = <Name extends string, Value>(
  given: Record<string, unknown>,
  names: readonly Name[],
  isIt: (value: unknown) => value is Value,
) =>
  Object.fromEntries(names.flatMap((name) => (isIt(given[name]) ? [[name, given[name]]] : []))) as Partial<
    Record<Name, Value>
  >;
const texts = <Name extends string>(given: Record<string, unknown>, names: readonly Name[]) =>
  chosen(given, names, (value): value is string => typeof value === 'string');
const numbers = <Name extends string>(given: Record<string, unknown>, names: readonly Name[]) =>
  chosen(given, names, (value): value is number => typeof value === 'number');

/** Which change is shown, and how. */
interface DiffSearch extends WhichDiff {
  readonly view?: 'split';
  /** Path of the file that was chosen last. */
  readonly file?: string;
  /** The review comment that one is at. */
  readonly comment?: string;
}
const diff = createRoute({
  ...page('/epics/$epicId/diff'),
  validateSearch: (given: Record<string, unknown>): DiffSearch => ({
    ...texts(given, ['request', 'file', 'comment']),
    ...numbers(given, ['pullRequest', 'submission', 'since']),
    // A key may be made of digits, and is read as a number where somebody typed it.
    ...(typeof given.task === 'string' || typeof given.task === 'number' ? { task: String(given.task) } : {}),
    ...(given.view === 'split' ? { view: 'split' } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/diff.tsx'), 'DiffPage'),
});

/** What is about to be done with the task, once somebody confirms it: an action, or a turn to go back to. */
interface TaskSearch {
  readonly rewind?: number;
  readonly action?: TaskAction;
}
const task = createRoute({
  ...page('/tasks/$taskId'),
  validateSearch: ({ rewind, action }: Record<string, unknown>): TaskSearch => ({
    ...(typeof rewind === 'number' ? { rewind } : {}),
    ...(isTaskAction(action) ? { action } : {}),
  }),
  component: lazyRouteComponent(() => import('./pages/task.tsx'), 'TaskPage'),
});

/** The turn that is scrolled to. */
interface AgentSearch {
  readonly turn?: number;
}
const agent = createRoute({
  ...page('/agents/$agentId'),
  validateSearch: ({ turn }: Record<string, unknown>): AgentSearch => (typeof turn === 'number' ? { turn } : {}),
  component: lazyRouteComponent(() => import('./pages/agent.tsx'), 'AgentPage'),
});

export const router = createRouter({
  routeTree: root.addChildren([
    home,
    epics,
    create,
    issues,
    inbox,
    fleet,
    lanes,
    epic,
    plan,
    cost,
    story,
    log,
    diff,
    task,
    agent,
  ]),
  defaultPreload: false,
  scrollRestoration: true,
});

declare module '@tanstack/react-router' {
  interface Register {
    readonly router: typeof router;
  }
}

/** What a person can do with a task as it stands, and what that will do. Pure. */
import { isFinal, isSkipped } from '../../api/client/epic-now.ts';

const TASK_ACTIONS = ['interrupt', 'rewind', 'retry', 'skip', 'cancel'] as const;
export type TaskAction = (typeof TASK_ACTIONS)[number];
export const isTaskAction = (given: unknown): given is TaskAction => TASK_ACTIONS.includes(given as TaskAction);

interface TaskNow {
  readonly key: string;
  readonly state: string;
  readonly phase: string;
  readonly startedAt: string | null;
  readonly rewindTurns: readonly number[];
  readonly agents: readonly { readonly state: string }[];
}

interface EpicNow {
  readonly state: string;
  readonly tasks: readonly (Pick<TaskNow, 'key' | 'state' | 'phase'> & { readonly dependsOn: readonly string[] })[];
}

/** Not started, or about to start again. A task that is blocked after its start waits for a person in the middle of its work. */
const isWaitingToStart = ({ state, startedAt }: TaskNow): boolean =>
  state === 'PENDING' || (state === 'BLOCKED' && startedAt === null);

/**
 * Those that the epic would accept. One that an open question about the task offers is answered there; while the epic
 * could not be read, only what the task itself rules out is left out.
 */
export function actionsOf(task: TaskNow, epic: EpicNow | undefined, asked: readonly string[]): TaskAction[] {
  if (task.state === 'COMPLETED' || (epic !== undefined && isFinal(epic.state))) return [];
  const isEnded = isFinal(task.state);
  const isWaiting = isWaitingToStart(task);
  const isOffered: Readonly<Record<TaskAction, boolean>> = {
    interrupt: !isEnded && task.agents.some(({ state }) => state === 'BUSY'),
    rewind: task.rewindTurns.length > 0 && !isWaiting,
    retry: isEnded && !asked.includes('retry'),
    skip: (isEnded || isWaiting) && !isSkipped(task) && !asked.includes('skip'),
    cancel: !isEnded,
  };
  return TASK_ACTIONS.filter((action) => isOffered[action]);
}

export const ACTION_LABELS: Readonly<Record<TaskAction, string>> = {
  interrupt: 'Interrupt',
  rewind: 'Go back to a turn',
  retry: 'Try again',
  skip: 'Skip',
  cancel: 'Cancel',
};

/** What a click does, said before it does it. */
export function consequenceOf(action: TaskAction, task: TaskNow, epic: EpicNow | undefined): string {
  switch (action) {
    case 'interrupt':
      return 'The command or model call that runs now is ended, and its agent goes on with its next turn: it reads that you interrupted it, and your words. A model call that is ended counts at its upper bound.';
    case 'rewind':
      return 'The task goes on as if its Worker had just taken this turn. Later turns leave its files and its memory; the branch gets one more commit, and the pull request stays the same. What was spent stays spent.';
    case 'retry':
      return 'The task starts again on the same pull request. Its Worker is told why it failed, and your words.';
    case 'skip':
      return `The epic goes on without this task; its pull request, if it has one, is closed. ${afterSkip(task, epic)}`;
    case 'cancel':
      return isWaitingToStart(task)
        ? 'The task is not started. The epic asks you later whether it goes on without it.'
        : 'Its agent is stopped; its branch and its pull request stay. The epic asks you later whether it goes on without it.';
  }
}

function afterSkip({ key }: TaskNow, epic: EpicNow | undefined): string {
  const others = epic?.tasks.filter((task) => task.key !== key) ?? [];
  if (epic !== undefined && others.every(isSkipped)) {
    return 'It is the last task of the epic, which then ends with nothing merged.';
  }
  const dependents = others.filter(({ dependsOn }) => dependsOn.includes(key)).map((task) => task.key);
  return dependents.length === 0 ? '' : `What depends on it may start without its work: ${dependents.join(', ')}.`;
}

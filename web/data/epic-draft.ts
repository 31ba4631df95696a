/** A new epic while it is written: kept in the browser, sent as the API wants it, with each refusal at its field. Pure. */

export interface TaskDraft {
  /** Of the row, for as long as it is there. */
  readonly id: string;
  readonly key: string;
  readonly title: string;
  readonly description: string;
  /** One criterion a line. */
  readonly acceptance: string;
  readonly dependsOn: readonly string[];
  /** One pattern a line. */
  readonly files: string;
  /** Of what it may use of the epic's budget. Empty: none of its own or, in a plan, as it is. */
  readonly budgetUsd: number | '';
  readonly budgetTokens: number | '';
}

/** As configured, or exactly these. */
export type Approvals = 'configured' | 'none' | 'plan' | 'merge' | 'both';

/** As configured, or this. */
export type Overlaps = 'configured' | 'flag' | 'sequence';

export interface EpicDraft {
  readonly title: string;
  readonly description: string;
  readonly repository: string;
  readonly baseBranch: string;
  readonly priority: number;
  /** Empty: as configured. */
  readonly budgetUsd: number | '';
  readonly budgetTokens: number | '';
  readonly concurrency: number | '';
  readonly approvals: Approvals;
  readonly overlaps: Overlaps;
  readonly hasTasks: boolean;
  readonly tasks: readonly TaskDraft[];
  /** Given with its first submission and kept until it is known to have failed: the same key makes no second epic. */
  readonly key: string;
}

export const EMPTY_DRAFT: EpicDraft = {
  ...{ title: '', description: '', repository: '', baseBranch: '', priority: 0, concurrency: '' },
  ...{ budgetUsd: '', budgetTokens: '' },
  ...{ approvals: 'configured', overlaps: 'configured', hasTasks: false, tasks: [], key: '' },
};

const APPROVALS: Readonly<Record<Exclude<Approvals, 'configured'>, readonly ('plan' | 'merge')[]>> = {
  none: [],
  plan: ['plan'],
  merge: ['merge'],
  both: ['plan', 'merge'],
};

/** An epic as far as it is asked for again. */
interface Asked {
  readonly title: string;
  readonly description: string;
  readonly repository: string | null;
  readonly baseBranch: string | null;
  readonly priority: number;
  readonly concurrency: number | null;
  readonly approvals: readonly string[] | null;
  readonly overlaps: 'flag' | 'sequence' | null;
  readonly cost: { readonly capUsd: number | null; readonly capTokens: number | null };
}

/** The draft of an epic that asks for the same as one that has ended; what is to be done is planned again. */
export function draftLike({ title, description, priority, approvals, cost, ...asked }: Asked): EpicDraft {
  // The form cannot switch questions off; what waits for a person does so all the same.
  const wanted = (['none', 'plan', 'merge', 'both'] as const).find((one) =>
    (['plan', 'merge'] as const).every((kind) => approvals?.includes(kind) === APPROVALS[one].includes(kind)),
  );
  return {
    ...{ ...EMPTY_DRAFT, title, description, priority },
    ...{ repository: asked.repository ?? '', baseBranch: asked.baseBranch ?? '' },
    ...{ budgetUsd: cost.capUsd ?? '', budgetTokens: cost.capTokens ?? '', concurrency: asked.concurrency ?? '' },
    ...{ approvals: wanted ?? 'configured', overlaps: asked.overlaps ?? 'configured' },
  };
}

/** What is sent: fields that were left empty are left out, so that the configured ones count. */
export function inputOf(draft: EpicDraft) {
  const { title, description, repository, baseBranch, priority, concurrency, approvals, overlaps } = draft;
  return {
    title: title.trim(),
    description,
    priority,
    ...(repository.trim() === '' ? {} : { repository: repository.trim() }),
    ...(baseBranch.trim() === '' ? {} : { baseBranch: baseBranch.trim() }),
    ...capsOf(draft),
    ...(concurrency === '' ? {} : { concurrency }),
    ...(approvals === 'configured' ? {} : { requireApproval: [...APPROVALS[approvals]] }),
    ...(overlaps === 'configured' ? {} : { overlaps }),
    ...(draft.hasTasks ? { tasks: draft.tasks.map(taskOf) } : {}),
  };
}

const capsOf = ({ budgetUsd, budgetTokens }: Pick<EpicDraft, 'budgetUsd' | 'budgetTokens'>) => ({
  ...(budgetUsd === '' ? {} : { budgetUsd }),
  ...(budgetTokens === '' ? {} : { budgetTokens }),
});

/** A task as the API takes it. */
export const taskOf = ({ key, title, description, acceptance, dependsOn, files, ...caps }: TaskDraft) => ({
  key: key.trim(),
  title: title.trim(),
  description,
  acceptance: linesOf(acceptance),
  dependsOn: [...dependsOn],
  ...(files.trim() === '' ? {} : { files: linesOf(files) }),
  ...capsOf(caps),
});

/** Without blank lines, and without the marks of a list that was pasted. */
const linesOf = (text: string): string[] =>
  text
    .split('\n')
    .map((line) => line.trim().replace(/^([-*•]|\[[ x]\]|- \[[ x]\])\s+/, ''))
    .filter((line) => line !== '');

/** A key of a task that none of the others has. */
export function nextTaskKey(tasks: readonly TaskDraft[]): string {
  const taken = new Set(tasks.map(({ key }) => key));
  for (let number = tasks.length + 1; ; number += 1) if (!taken.has(`task-${number}`)) return `task-${number}`;
}

/** A task whose key changes is followed by those that depend on it; one that goes is let go. */
export function changeTask(
  tasks: readonly TaskDraft[],
  id: string,
  change: Partial<TaskDraft> | undefined,
): TaskDraft[] {
  const before = tasks.find((task) => task.id === id)?.key;
  const follow = (keys: readonly string[]) =>
    keys.flatMap((key) => (key !== before ? [key] : change === undefined ? [] : [change.key ?? key]));
  return tasks
    .filter((task) => task.id !== id || change !== undefined)
    .map((task) => ({ ...task, dependsOn: follow(task.dependsOn), ...(task.id === id ? change : {}) }));
}

/** The task stands so many places later, or earlier where that is negative; never beyond an end. */
export function moveTask(tasks: readonly TaskDraft[], id: string, by: number): TaskDraft[] {
  const from = tasks.findIndex((task) => task.id === id);
  const to = Math.max(0, Math.min(tasks.length - 1, from + by));
  const moved = tasks.filter((task) => task.id !== id);
  return [...moved.slice(0, to), ...tasks.slice(from, from + 1), ...moved.slice(to)];
}

/** What the browser kept, whatever an older page or a person wrote there. */
export function readDraft(kept: string | undefined): EpicDraft {
  const value = parsed(kept);
  const tasks = Array.isArray(value.tasks) ? value.tasks : [];
  return {
    ...likeOf(EMPTY_DRAFT, value),
    ...numbersIn(value, ['budgetUsd', 'budgetTokens', 'concurrency']),
    approvals: APPROVAL_NAMES.includes(value.approvals as Approvals) ? (value.approvals as Approvals) : 'configured',
    overlaps: OVERLAP_NAMES.includes(value.overlaps as Overlaps) ? (value.overlaps as Overlaps) : 'configured',
    tasks: tasks.map((task: unknown, at) => ({
      ...likeOf({ ...EMPTY_TASK, id: `${at}` }, Object(task)),
      ...numbersIn(Object(task), ['budgetUsd', 'budgetTokens']),
      dependsOn: Array.isArray(Object(task).dependsOn) ? Object(task).dependsOn.filter(isText) : [],
    })),
  };
}

const OVERLAP_NAMES: readonly Overlaps[] = ['configured', 'flag', 'sequence'];
const APPROVAL_NAMES: readonly Approvals[] = ['configured', 'none', 'plan', 'merge', 'both'];
export const EMPTY_TASK: TaskDraft = {
  ...{ id: '', key: '', title: '', description: '', acceptance: '', dependsOn: [], files: '' },
  ...{ budgetUsd: '', budgetTokens: '' },
};
const isText = (value: unknown): value is string => typeof value === 'string';

function parsed(kept: string | undefined): Record<string, unknown> {
  try {
    return Object(JSON.parse(kept ?? '{}')) as Record<string, unknown>;
  } catch {
    return {};
  }
}

/** Fields that are a number or empty. */
const numbersIn = <Name extends string>(value: Record<string, unknown>, names: readonly Name[]) =>
  Object.fromEntries(
    names.map((name) => [name, typeof value[name] === 'number' ? value[name] : ('' as const)]),
  ) as Record<Name, number | ''>;

/** Each field of the pattern, from the value where it has one of the same type. */
function likeOf<Pattern extends object>(pattern: Pattern, value: Record<string, unknown>): Pattern {
  const fields = Object.entries(pattern).map(([name, standard]) => [
    name,
    typeof value[name] === typeof standard ? value[name] : standard,
  ]);
  return Object.fromEntries(fields) as Pattern;
}

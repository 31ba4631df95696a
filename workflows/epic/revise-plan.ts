/** The plan changes: with its approval, or while it is carried out. */
import { already, done, type Response, RevisePlan, revisePlanUpdate } from '../contract/epic.ts';
import { inSequence } from '../contract/overlaps.ts';
import type { TaskInput } from '../contract/plan.ts';
import { type Handlers, refuse } from '../handlers.ts';
import type { Epic } from './context.ts';
import { setTasks } from './plan-state.ts';
import { isUntouched, type Revised, revise, touchedKeys } from './revision.ts';
import { revisionOf } from './revision-state.ts';
import { type EpicData, findTask, isPlanned, isSingle } from './state.ts';
import { isEnded } from './task-graph.ts';
import { requireTaskStage } from './task-messages.ts';

/** The option of a plan's approval that also keeps overlapping tasks apart. */
export const APPROVE_IN_SEQUENCE = 'approve-in-sequence';

export function registerRevisions(epic: Epic, { onUpdate }: Handlers): void {
  const { data } = epic;

  onUpdate(
    revisePlanUpdate,
    RevisePlan,
    (given) => {
      if (!isPlanned(data)) {
        const remedy = epic.isAsked('plan') ? 'approve it with your changes instead' : 'there is none yet';
        refuse('PlanUnsettled', `The plan is not settled: ${remedy}`);
      }
      if (isSingle(data)) {
        refuse('EpicHasOneTask', 'This epic has one task and one pull request; submit another epic for more work');
      }
      requireTaskStage(epic);
      requireCurrentRevision(data, given.revision);
      revised(data, given, 'tasks');
    },
    ({ by, comment, ...given }) => {
      const { tasks: entries, changes } = revised(data, given, 'tasks');
      const stays = staysWords(data, given.tasks);
      if (changes.length === 0) return already(`the plan is like that already${stays}`);
      change(epic, { tasks: entries, changes }, { by, ...(comment === undefined ? {} : { comment }) });
      return done(`revision ${revisionOf(data)} of the plan: ${changes.join('; ')}${stays}`);
    },
  );
}

/** Who leaves out a task that has started meanwhile may mean to drop it, so the answer names those. */
function staysWords(data: EpicData, given: readonly TaskInput[]): string {
  const keys = new Set(given.map(({ key }) => key));
  const under = data.tasks.filter((entry) => !isUntouched(entry) && !isEnded(entry) && !keys.has(entry.task.key));
  if (under.length === 0) return '';
  return `. Under way, so no revision drops or changes it: ${under.map(({ task }) => task.key).join(', ')} (cancel a task to end it)`;
}

/** Refuses an approval whose changes do not fit. */
export function refuseUnfitEdit({ data }: Epic, { decision, plan }: Response, kind: string): void {
  if (plan === undefined) return;
  if (kind !== 'plan' || !isApproval({ decision })) {
    refuse('InvalidInput', 'plan: only the approval of a plan takes one; leave it out');
  }
  requireCurrentRevision(data, plan.revision);
  revised(data, plan, 'plan.tasks');
}

export const isApproval = ({ decision }: Pick<Response, 'decision'>): boolean =>
  decision === 'approve' || decision === APPROVE_IN_SEQUENCE;

/** The plan becomes what is approved; nothing changes when that is what it was. */
export function applyEdit(epic: Epic, { decision, plan, by, comment }: Response): void {
  const { data } = epic;
  const { tasks = data.tasks.map(({ task }) => task), inSequence: isWanted = false } = plan ?? {};
  const result = revised(data, { tasks, inSequence: isWanted || decision === APPROVE_IN_SEQUENCE }, 'plan.tasks');
  if (result.changes.length > 0) change(epic, result, { by, ...(comment === undefined ? {} : { comment }) });
}

/**
 * A revision that adds one task, under the rules of every other. Returns why it does not fit; then nothing has changed.
 */
export function reviseWithTask(
  epic: Epic,
  task: TaskInput,
  { beside, ...reviser }: Reviser & Pick<Given, 'beside'>,
): string | undefined {
  const { data } = epic;
  if (findTask(data, task.key) !== undefined) return `the plan has a task "${task.key}" already`;
  const untouched = data.tasks.filter(isUntouched).map((entry) => entry.task);
  // First, because a task after those that wait for the failed one could come to wait for them.
  const tasks = beside === undefined ? [...untouched, task] : [task, ...untouched];
  const result = makeRevision(data, { tasks, beside });
  if ('problems' in result) return result.problems.map(({ message }) => message).join('; ');
  change(epic, result, reviser);
  return undefined;
}

interface Reviser {
  readonly by: string;
  readonly comment?: string;
}

function change(epic: Epic, revision: Revised, { by, comment }: Reviser): void {
  const { data } = epic;
  const why = comment ?? 'asked for by a person';
  setTasks(data, revision, { at: new Date().toISOString(), by, why });
  const lines = `${revision.changes.join('; ')}${comment === undefined ? '' : ` (${comment})`}`;
  epic.logLine({
    actor: by,
    kind: 'decision',
    decision: `plan revision ${revisionOf(data)}`,
    reason: lines.slice(0, MOST_OF_REASON),
  });
}

const MOST_OF_REASON = 2_000;

function requireCurrentRevision(data: EpicData, revision: number): void {
  const now = revisionOf(data);
  if (revision === now) return;
  refuse(
    'StalePlan',
    `The plan is at revision ${now} now, and your change is for revision ${revision}; look at it again`,
  );
}

interface Given {
  readonly tasks: readonly TaskInput[];
  readonly inSequence?: boolean | undefined;
  /** The key of a task that other tasks do not wait for, whatever files they share. */
  readonly beside?: string | undefined;
}

/** Refuses what does not fit, with each field. */
function revised(data: EpicData, given: Given, at: string): Revised {
  const result = makeRevision(data, given);
  return 'problems' in result ? refuseAll(result.problems, at) : result;
}

/** With tasks that overlap in sequence where that is set or wanted. */
function makeRevision(
  data: EpicData,
  { tasks, inSequence: isWanted = false, beside }: Given,
): ReturnType<typeof revise> {
  const checked = revise(data.tasks, tasks);
  const isSequence = isWanted || data.settings?.overlaps === 'sequence';
  return isSequence && !('problems' in checked) ? revise(data.tasks, sequenced(data, checked, beside)) : checked;
}

function sequenced(data: EpicData, { tasks }: Revised, beside: string | undefined): TaskInput[] {
  const others = tasks.flatMap(({ task }) => (task.key === beside ? [] : task));
  return inSequence(others, touchedKeys(data.tasks));
}

function refuseAll(problems: readonly { message: string; path: readonly (string | number)[] }[], at: string): never {
  const fields = problems.map(({ message, path }) => ({ field: [at, ...path].join('.'), message }));
  return refuse('InvalidInput', fields.map(({ field, message }) => `${field}: ${message}`).join('; '), fields);
}

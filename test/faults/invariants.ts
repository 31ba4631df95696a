/**
 * What must hold after every run, whatever was killed in it: asked from outside, of git, the forge, PostgreSQL, Temporal
 * and the model's log. Each is a sentence and a function that answers with what contradicts it.
 */
import { allHaveClosed, noSlotIsHeld, nothingIsLeft } from './invariants-leftovers.ts';
import { projectionIsRebuilt, projectionTellsTheState, pullRequestsAreShown } from './invariants-projection.ts';
import { commandsStartedOnce, noReservationIsOpen, turnsArePaidOnce } from './invariants-turns.ts';
import type { Run } from './run-facts.ts';

export type Invariant = (run: Run) => Promise<string[]>;

export const INVARIANTS: Readonly<Record<string, Invariant>> = {
  // First, since it waits: what the others read is at rest then.
  'every execution has closed': allHaveClosed,
  'the epic and each of its tasks ended as it should': endedAsTheyShould,
  'one pull request and one merge a task': mergedOnce,
  'each change is on the base branch exactly once': changedOnce,
  'each command started once': commandsStartedOnce,
  'no turn is stored twice, and at most one answer a kill was not stored': turnsArePaidOnce,
  'no reservation is open, and the cap was kept': noReservationIsOpen,
  'no slot of a host or of the supervisor is held': noSlotIsHeld,
  'no process, tmux session or worktree is left over': nothingIsLeft,
  'no workflow task failed': noWorkflowTaskFailed,
  'the projection says what the workflows say': projectionTellsTheState,
  'the projection, emptied, is rebuilt from Temporal': projectionIsRebuilt,
  // Last, since the reconciler has looked by then.
  'each pull request is shown as the forge has it': pullRequestsAreShown,
};

/** Asks all of them; an invariant that cannot be asked is a violation too. */
export async function findViolations(run: Run): Promise<string[]> {
  const found: string[] = [];
  for (const [sentence, ask] of Object.entries(INVARIANTS)) {
    const contradictions = await ask(run).catch((error: unknown) => [`it could not be asked: ${error}`]);
    found.push(...contradictions.map((contradiction) => `${sentence}: ${contradiction}`));
  }
  return found;
}

async function endedAsTheyShould({ epics, last }: Run): Promise<string[]> {
  return epics.flatMap(({ id, ends, tasks }) => {
    const now = last.get(id);
    if (now === undefined) return [`${id} was never seen`];
    const open = now.requests.map(({ kind, question }) => `${kind}: ${question}`).join('; ');
    const states = Object.fromEntries(now.tasks.map(({ key, state }) => [key, state]));
    const wrong = Object.entries(tasks).filter(([key, state]) => states[key] !== state);
    return [
      ...(now.state === ends ? [] : [`${id} is ${now.state} (${now.phase})${open === '' ? '' : `, asks ${open}`}`]),
      ...wrong.map(([key, state]) => `${id}.${key} is ${states[key]}, not ${state}`),
    ];
  });
}

async function mergedOnce({ lane, epics }: Run): Promise<string[]> {
  const merges = await lane.repository.git('log', '--merges', '--format=%s', 'main');
  const problems: string[] = [];
  for (const { id, ends, tasks } of epics) {
    const rows = await lane.db
      .selectFrom('forge_pull_requests')
      .select(['number', 'head', 'title', 'state'])
      .where('head', 'like', `factory/${id}/%`)
      .execute();
    const merged = rows.filter(({ state }) => state === 'merged');
    const keys = Object.keys(tasks).filter((key) => tasks[key] === 'COMPLETED');
    const heads = ends === 'COMPLETED' ? [...keys, ...(Object.keys(tasks).length > 1 ? ['epic'] : [])] : [];
    const missing = heads.filter((key) => merged.filter(({ head }) => head === `factory/${id}/${key}`).length !== 1);
    problems.push(...missing.map((key) => `${id}.${key} has no merged pull request, or more than one`));
    if (merged.length > heads.length)
      problems.push(`${id} has ${merged.length} merged pull requests, not ${heads.length}`);
    for (const { title, number } of merged) {
      const times = merges.split('\n').filter((subject) => subject === `${title} (#${number})`).length;
      if (times !== 1) problems.push(`#${number} of ${id} was merged ${times} times`);
    }
  }
  return problems;
}

async function changedOnce({ lane, epics }: Run): Promise<string[]> {
  const { git } = lane.repository;
  const problems: string[] = [];
  for (const { id, ends, lines } of epics) {
    const files = (await git('ls-tree', '-r', '--name-only', 'main', 'notes/')).split('\n');
    const own = files.filter((file) => file.startsWith(`notes/${id}-`));
    const texts = await Promise.all(own.map(async (file) => [file, await git('show', `main:${file}`)] as const));
    const found = texts.flatMap(([file, text]) => text.split('\n').map((line) => ({ file, line })));
    const written = found.map(({ line }) => line).toSorted();
    const wanted = ends === 'COMPLETED' ? lines.toSorted() : [];
    if (written.join('|') !== wanted.join('|')) {
      const where = found.map(({ file, line }) => `"${line}" in ${file}`);
      problems.push(`${id} wrote ${where.join(', ')}, not ${wanted.join(', ')}`);
    }
    const subjects = (await git('log', '--no-merges', '--format=%s', 'main')).split('\n');
    const commits = subjects.filter((subject) => subject.endsWith(` of ${id}`));
    if (new Set(commits).size !== commits.length) problems.push(`${id} has a commit twice: ${commits.join(', ')}`);
  }
  return problems;
}

/** Of the server's causes: something came in while the workflow was closing, so it is asked again, as it should be. */
const UNHANDLED_COMMAND = 1;

async function noWorkflowTaskFailed({ executions }: Run): Promise<string[]> {
  return (await executions()).flatMap(({ workflowId, events }) =>
    events.flatMap(({ workflowTaskFailedEventAttributes: failed }) =>
      failed && !ALLOWED_CAUSES.has(Number(failed.cause))
        ? [`${workflowId}: ${failed.failure?.message ?? `cause ${failed.cause}`}`]
        : [],
    ),
  );
}

/** A person's reset ends the workflow task that it goes back to, and closing a workflow the one that runs. */
const RESET_WORKFLOW = 20;
const FORCE_CLOSE_COMMAND = 17;
export const ALLOWED_CAUSES = new Set([UNHANDLED_COMMAND, RESET_WORKFLOW, FORCE_CLOSE_COMMAND]);

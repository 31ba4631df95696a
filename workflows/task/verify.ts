/** Runs the repository's checks on exactly one commit. */
import type { Change, Inspection } from '../contract/change.ts';
import type { Proof } from '../contract/line.ts';
import type { RanCheck, VerifyInput } from '../contract/verification.ts';
import { ignoredWords } from '../ignored-files.ts';
import { type Task, where } from './context.ts';
import { beginVerification, noteVerification } from './findings-state.ts';

interface Verified {
  /** None when every check is green, here or in a commit that covers this one. Evidence is the activity's. */
  readonly red: readonly RanCheck[];
  /** What a green change touches and leaves behind. */
  readonly inspection?: Inspection;
}

/** The red checks of a commit that is to be merged. */
export const verifyCommit = async (
  task: Task,
  commitSha: string,
  coveredBy?: Proof['evidence'],
): Promise<readonly RanCheck[]> => (await verify(task, commitSha, { coveredBy })).red;

/** Verifies what its Worker hands in, and looks at it. */
export function verifyHandIn(task: Task, { headSha, nothingToDo }: Change): Promise<Verified> {
  const { targetBranch, task: planned } = task.input;
  const criteria = [planned.title, planned.description, ...planned.acceptance].join('\n');
  return verify(task, headSha, nothingToDo === undefined ? { inspects: { targetBranch, criteria } } : {});
}

interface Asked {
  readonly coveredBy?: Proof['evidence'] | undefined;
  readonly inspects?: VerifyInput['inspects'];
}

async function verify(task: Task, commitSha: string, asked: Asked): Promise<Verified> {
  const { coveredBy, inspects } = asked;
  const { data, input } = task;
  const { policy, policyHash } = input.settings;
  // What covers it may be gone after a pause.
  if (coveredBy === undefined) await task.pausePoint();
  const names = policy.verify.map((check) => check.name).join(', ') || 'nothing is configured';
  task.tell('IN_PROGRESS', `verifies ${commitSha.slice(0, 8)}: ${names}`);
  beginVerification(data, new Date().toISOString());
  const verified = await task.onHost((host, begun) =>
    host.verify(`verify ${commitSha.slice(0, 8)}: ${names}`, {
      ...{ ...where(task), commitSha, policy, policyHash, ...begun },
      ...(coveredBy === undefined ? {} : { coveredBy }),
      ...(inspects === undefined ? {} : { inspects }),
    }),
  );
  // Another factory.yaml was adopted meanwhile.
  if (input.settings.policyHash !== policyHash) return verify(task, commitSha, asked);
  noteVerification(data, verified);
  const red = verified.checks.filter((check) => check.exitCode !== 0);
  if (red.length > 0) {
    const { ignoredFiles } = data;
    const also = ignoredFiles === undefined ? [] : [ignoredWords(ignoredFiles, where(task).worktree)];
    const what = [red.map(({ name }) => name).join(', '), ...also].join('. ');
    task.logLine({
      actor: 'factory',
      kind: 'decision',
      decision: `${input.task.key}: the verification is red`,
      reason: what,
    });
  }
  return { red, ...(verified.inspection === undefined ? {} : { inspection: verified.inspection }) };
}

/** Runs the repository's checks on exactly one commit. */
import type { RanCheck } from '../../activities/verify.ts';
import type { Proof } from '../contract/line.ts';
import { ignoredWords } from '../ignored-files.ts';
import { type Task, where } from './context.ts';

/** The red checks: none when every check is green, here or in a commit that covers this one. Evidence is the activity's. */
export async function verifyCommit(
  task: Task,
  commitSha: string,
  coveredBy?: Proof['evidence'],
): Promise<readonly RanCheck[]> {
  const { data, input } = task;
  const { policy, policyHash } = input.settings;
  // What covers it may be gone after a pause.
  if (coveredBy === undefined) await task.pausePoint();
  const names = policy.verify.map((check) => check.name).join(', ') || 'nothing is configured';
  task.tell('IN_PROGRESS', `verifies ${commitSha.slice(0, 8)}: ${names}`);
  data.verifiedAt = new Date().toISOString();
  const verified = await task.onHost((host, begun) =>
    host.verify(`verify ${commitSha.slice(0, 8)}: ${names}`, {
      ...{ ...where(task), commitSha, policy, policyHash, ...begun },
      ...(coveredBy === undefined ? {} : { coveredBy }),
    }),
  );
  // Another factory.yaml was adopted meanwhile.
  if (input.settings.policyHash !== policyHash) return verifyCommit(task, commitSha, coveredBy);
  data.checksMs = Math.max(data.checksMs ?? 0, verified.tookMs);
  if (verified.ignoredFiles === undefined) delete data.ignoredFiles;
  else data.ignoredFiles = verified.ignoredFiles;
  if (verified.noTests === undefined) delete data.noTests;
  else data.noTests = verified.noTests;
  const red = verified.checks.filter((check) => check.exitCode !== 0);
  if (red.length > 0) {
    const { ignoredFiles } = data;
    const also = ignoredFiles === undefined ? [] : [ignoredWords(ignoredFiles, where(task).worktree)];
    const what = [red.map(({ name }) => name).join(', '), ...also].join('. ');
    task.decide('factory', 'decision', `${input.task.key}: the verification is red`, what);
  }
  return red;
}

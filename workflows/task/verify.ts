/** Runs the repository's checks on exactly one commit. */
import type { Proof } from '../contract/line.ts';
import { ignoredWords } from '../ignored-files.ts';
import { type Task, where } from './context.ts';

/** True when every check is green, here or in a commit that covers this one; the evidence is recorded by the activity. */
export async function verifyCommit(task: Task, commitSha: string, coveredBy?: Proof['evidence']): Promise<boolean> {
  const { policy } = task.input.settings;
  // What covers it may be gone after a pause.
  if (coveredBy === undefined) await task.pausePoint();
  const names = policy.verify.map((check) => check.name).join(', ') || 'nothing is configured';
  task.tell('IN_PROGRESS', `verifies ${commitSha.slice(0, 8)}: ${names}`);
  const verified = await task.onHost((host) =>
    host.verify(`verify ${commitSha.slice(0, 8)}: ${names}`, {
      ...{ ...where(task), commitSha, policy },
      ...(coveredBy === undefined ? {} : { coveredBy }),
    }),
  );
  task.data.checksMs = Math.max(task.data.checksMs ?? 0, verified.tookMs);
  if (verified.ignoredFiles === undefined) delete task.data.ignoredFiles;
  else task.data.ignoredFiles = verified.ignoredFiles;
  const red = verified.checks.filter((check) => check.exitCode !== 0).map((check) => check.name);
  const { ignoredFiles } = task.data;
  const also = ignoredFiles === undefined ? [] : [ignoredWords(ignoredFiles)];
  if (!verified.green)
    task.decide(
      'factory',
      'decision',
      `${task.input.task.key}: the verification is red`,
      [red.join(', '), ...also].join('. '),
    );
  return verified.green;
}

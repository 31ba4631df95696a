/** The text of a task's pull request, for a reviewer who knows nothing of the epic. */
import type { TaskWorkflowInput } from '../contract/task.ts';
import type { Change } from './state.ts';

export function pullRequestBody(input: TaskWorkflowInput, change: Change): string {
  const { task, epicTitle, settings } = input;
  const criteria = task.acceptance.map((criterion) => `- ${criterion}`).join('\n');
  const checks = settings.policy.verify.map((check) => `\`${check.command}\``).join(', ');
  return [
    `Task **${task.key}** of the epic “${epicTitle}”.`,
    task.description,
    criteria && `## Criteria\n${criteria}`,
    `## What was done\n${change.summary}`,
    `## Evidence\n${checks ? `Green on tree ${change.treeSha.slice(0, 12)}: ${checks}` : 'Nothing was verified: factory.yaml has no `verify`.'}`,
    change.weakened && `## Weakened tests\n${change.weakened.lines.map((line) => `- ${line}`).join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

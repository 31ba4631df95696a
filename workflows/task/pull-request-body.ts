/** The text of a task's pull request, for a reviewer who knows nothing of the epic. Its criteria are added as they are known. */
import { adoptedWords } from '../adopted-policy.ts';
import type { Change } from '../contract/change.ts';
import { cut } from '../contract/short-text.ts';
import type { TaskWorkflowInput } from '../contract/task.ts';
import { bodyOf, MOST_OF_DESCRIPTION, MOST_OF_SECTION } from '../pull-request/text-parts.ts';

/** A change, as far as it is known. */
type Shown = Pick<Change, 'treeSha'> & Partial<Change>;

export function pullRequestBody(input: TaskWorkflowInput, change: Shown, noTests: readonly string[] = []): string {
  const { task, epicTitle, settings } = input;
  const checks = settings.policy.verify.map((check) => `\`${check.command}\``).join(', ');
  return bodyOf([
    `Task **${task.key}** of the epic “${epicTitle}”.`,
    cut(task.description, MOST_OF_DESCRIPTION),
    change.summary && `## What was done\n${cut(change.summary, MOST_OF_SECTION)}`,
    change.assumed && `## Assumed\n${change.assumed.map((line) => `- ${line.replaceAll(/\s+/g, ' ')}`).join('\n')}`,
    `## Evidence\n${checks ? `Green on tree ${change.treeSha.slice(0, 12)}: ${checks}` : 'Nothing was verified: factory.yaml has no `verify`.'}${noTests.length === 0 ? '' : `\nNo test was run by: ${noTests.join(', ')}.`}${adoptedWords(settings).replace(' ', '\n')}`,
    change.weakened && `## Weakened tests\n${change.weakened.lines.map((line) => `- ${line}`).join('\n')}`,
    change.uncompared && `## Tests\n${change.uncompared.map((line) => `- ${line}`).join('\n')}`,
    change.left && `## Files that no one asked for\n${change.left.map((line) => `- ${line}`).join('\n')}`,
  ]);
}

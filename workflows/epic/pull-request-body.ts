/** The text of the epic's pull request: what was asked for, and which task did what. */
import { adoptedWords } from '../adopted-policy.ts';
import { cut } from '../contract/short-text.ts';
import { withoutComments } from '../contract/tracker.ts';
import { bodyOf, MOST_OF_DESCRIPTION } from '../pull-request/text-parts.ts';
import type { EpicData } from './state.ts';

export function epicPullRequestBody(data: EpicData): string {
  const { description, source } = data.input;
  const tasks = data.tasks.map(({ task, state, skipped }) => {
    const end = skipped ? 'skipped' : state.toLowerCase();
    return `- **${task.key}** ${task.title} (${end})`;
  });
  const checks = data.settings?.policy.verify.map((check) => `\`${check.command}\``).join(', ');
  return bodyOf([
    cut(source === undefined ? description : withoutComments(description), MOST_OF_DESCRIPTION),
    `## Tasks\n${tasks.join('\n')}`,
    `## Evidence\n${checks ? `Verified with all tasks together: ${checks}` : 'Nothing was verified: factory.yaml has no `verify`.'}${data.settings === undefined ? '' : adoptedWords(data.settings).replace(' ', '\n')}`,
  ]);
}

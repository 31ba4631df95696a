/** A task as a Markdown table for the Temporal Web UI. */

import type { TaskInput } from '../contract/plan.ts';
import type { TaskView } from '../contract/records.ts';

export function taskDetails(task: TaskInput, view: Omit<TaskView, 'version'>): string {
  const rows: [string, string | undefined][] = [
    ['Task', `**${task.key}**: ${task.title}`],
    ['State', `${view.state}: ${view.phase}`],
    ['Waits', view.hold && `${view.hold.reason} (since ${view.hold.since})`],
    ['Failure', view.failure?.message],
    ['Attempt', `${view.attempt}`],
    [
      'Rounds',
      `verification ${view.rounds.verification}, review ${view.rounds.review}, conflict ${view.rounds.conflict}, CI checks ${view.rounds.checks}`,
    ],
    ['Host', view.placement && `${view.placement.host}, epoch ${view.placement.epoch}`],
    ['Sandbox', view.placement?.sandbox],
    ['Branch', view.branch],
    ['Pull request', view.pullRequest && `#${view.pullRequest.number} ${view.pullRequest.state}`],
    ['Criteria', task.acceptance.join(' · ') || undefined],
  ];
  const lines = rows.filter((row): row is [string, string] => row[1] !== undefined);
  return ['| | |', '|---|---|', ...lines.map(([name, value]) => `| ${name} | ${cell(value)} |`)].join('\n');
}

/** Keeps a text from breaking out of its table cell. */
export const cell = (text: string): string =>
  text
    .replaceAll('|', '\\|')
    .replaceAll(/\s*\n\s*/g, ' ')
    .slice(0, 300);

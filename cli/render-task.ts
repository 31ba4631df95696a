/** How a task looks in a terminal, with its evidence. */
import { turnsWords } from '../api/client/answered-turns.ts';
import { isFinal } from '../api/client/epic-now.ts';
import type { Answer } from '../api/client/index.ts';
import { verdictWords } from '../api/client/log-words.ts';
import type { Output } from './output.ts';
import { table } from './output.ts';
import { colored, holdText, money } from './render.ts';
import { criterionLines } from './render-criteria.ts';

export function taskLines(task: Answer<'Task'>, colors: Output['colors']): string[] {
  const section = (title: string, lines: readonly string[]) =>
    lines.length === 0 ? [] : ['', colors.bold(title), ...lines.map((line) => `  ${line}`)];
  const columns = (rows: readonly (readonly string[])[]) => (rows.length === 0 ? [] : table(rows).split('\n'));
  // Another factory.yaml was adopted on the way.
  const isUnderSeveral = new Set(task.evidence.flatMap(({ policyHash }) => policyHash ?? [])).size > 1;
  const asked = task.reviews.length > 0 || isFinal(task.state);
  return [
    `${colors.bold(task.title)}  ${colors.dim(task.id)}`,
    `${colored(colors, task.state)} · ${task.phase} · attempt ${task.attempt}`,
    ...(task.hold === null ? [] : [colors.yellow(`${holdText(task)} (since ${task.hold.since})`)]),
    ...(task.failure === null ? [] : [colors.red(`${task.failure.type}: ${task.failure.message}`)]),
    ...(task.branch === null ? [] : [`branch ${task.branch}`]),
    // Deleted with the end of the task.
    ...(task.worktree === null || task.state === 'COMPLETED' || task.state === 'CANCELLED'
      ? []
      : [`worktree ${task.worktree} on ${task.host}`]),
    ...section(
      'Acceptance',
      task.criteria.flatMap((one) => criterionLines(one, { colors, asked })),
    ),
    ...section(
      'Submissions',
      columns(task.submissions.map(({ number, headSha, state }) => [`${number}`, headSha.slice(0, 12), state])),
    ),
    ...section('Reviews', task.reviews.flatMap(reviewLines)),
    ...section(
      'Evidence',
      columns([
        ...task.evidence.map((proof) => [
          proof.exitCode === 0 ? colors.green('green') : colors.red(`exit ${proof.exitCode}`),
          proof.commitSha.slice(0, 12),
          ...(isUnderSeveral ? [proof.policyHash?.slice(0, 8) ?? ''] : []),
          proof.check,
          proof.command,
        ]),
        ...task.unrun.flatMap(({ commitSha, checks }) =>
          checks.map((check) => [
            colors.yellow('not run'),
            commitSha.slice(0, 12),
            ...(isUnderSeveral ? [''] : []),
            check,
            '',
          ]),
        ),
      ]),
    ),
    ...section(
      'Agents',
      columns(
        task.agents.map((agent) => [
          agent.id,
          colored(colors, agent.state),
          turnsWords(agent),
          `$${money(agent.costUsd)}`,
          agent.model,
        ]),
      ),
    ),
    ...section('Turns to go back to', task.rewindTurns.length === 0 ? [] : [task.rewindTurns.join(', ')]),
    ...section(
      'Pull requests',
      task.pullRequests.map((pr) => `#${pr.number} ${pr.title} (${pr.state}) ${pr.url}`),
    ),
  ];
}

/** What a reviewer wrote, and each comment with its place. */
function reviewLines({ submission, verdict, summary, comments }: Answer<'Review'>): string[] {
  const about = submission === null ? '' : ` (submission ${submission})`;
  return [
    `${verdictWords(verdict)}${about}: ${summary.trim().replaceAll('\n', '\n    ')}`,
    ...comments.map(
      ({ path, line, body }) =>
        `    ${path}${line === null ? '' : `:${line}`}  ${body.trim().replaceAll('\n', '\n      ')}`,
    ),
  ].flatMap((text) => text.split('\n'));
}

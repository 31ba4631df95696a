/** What an issue becomes: an epic, or the reason why it is none. Pure. */

import type { LinearConfig } from '../../config/config.ts';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { defined } from '../../workflows/contract/optional-fields.ts';
import { type Plan, planProblems, type TaskInput } from '../../workflows/contract/plan.ts';
import { COMMENTS_TITLE, isOwnComment } from '../../workflows/contract/tracker.ts';
import { type Issue, isFinal, type SubIssue } from './tracker.ts';

export interface IntakeRules extends Pick<LinearConfig, 'team' | 'label' | 'state' | 'repositories'> {
  /** The names of the configured repositories. */
  readonly repositoryNames: readonly string[];
}

export type Wanted = 'wanted' | 'not-asked' | { readonly skipped: string };
export type ReadEpic = { readonly input: EpicInput } | { readonly skipped: string };

/** Whether somebody asked for it, and what stands against it before its sub-issues are read. */
export function isWanted(issue: Issue, rules: IntakeRules): Wanted {
  if (!asks(issue, rules) && issue.hasMoreLabels !== true) return 'not-asked';
  if (issue.isGone) return { skipped: 'it was deleted or archived' };
  if (issue.team.toLowerCase() !== rules.team.toLowerCase()) {
    return { skipped: `it belongs to the team ${issue.team}, and LINEAR_TEAM is ${rules.team}` };
  }
  if (isFinal(issue.state.type)) return { skipped: `it is ${issue.state.name} already` };
  if (issue.hasMoreLabels === true) {
    return { skipped: `it has more than ${issue.labels.length} labels, and those beyond are not read: take some off` };
  }
  return 'wanted';
}

const same = (a: string, b: string | undefined) => a.toLowerCase() === b?.toLowerCase();

const asks = ({ labels, state }: Pick<Issue, 'labels' | 'state'>, rules: IntakeRules): boolean =>
  labels.some((label) => same(label, rules.label)) || same(state.name, rules.state);

/** Its open sub-issues are the tasks; without any the epic is planned by an agent. */
export function readEpic(issue: Issue, subIssues: readonly SubIssue[], rules: IntakeRules): ReadEpic {
  const repository = repositoryOf(issue, rules);
  if ('skipped' in repository) return repository;
  const tangled = subIssues.find(({ state, hasMoreRelations }) => hasMoreRelations === true && !isFinal(state));
  if (tangled !== undefined) {
    return {
      skipped: `its sub-issue ${tangled.identifier} has more relations to other issues than are read, so a blocker may be missing: remove some`,
    };
  }
  const tasks = tasksOf(subIssues);
  if (tasks.length > 50) return { skipped: `it has ${tasks.length} open sub-issues, and an epic has at most 50 tasks` };
  const problems = planProblems(tasks).map(({ message }) => message);
  if (problems.length > 0) return { skipped: `its sub-issues cannot be tasks: ${problems.join('; ')}` };
  const parsed = EpicInput.safeParse({
    title: cut(issue.title, 200),
    description: cut(describe(issue, subIssues), 100_000),
    priority: Math.min(4, Math.max(0, Math.round(issue.priority))),
    source: { tracker: 'linear', id: issue.identifier, url: issue.url },
    ...(tasks.length === 0 ? {} : { tasks }),
    ...defined({ repository: repository.name }),
  });
  if (parsed.success) return { input: parsed.data };
  return { skipped: `it cannot be an epic: ${parsed.error.issues.map(({ message }) => message).join('; ')}` };
}

type Chosen = { readonly name: string | undefined } | { readonly skipped: string };

function repositoryOf({ labels }: Issue, { repositories, repositoryNames }: IntakeRules): Chosen {
  const { byLabel, fallback } = repositories;
  const named = Object.entries(byLabel).filter(([label]) => labels.some((own) => same(own, label)));
  const names = [...new Set(named.map(([, name]) => name))];
  if (names.length > 1) return { skipped: `its labels name several repositories: ${names.join(', ')}` };
  const name = names[0] ?? fallback;
  if (name === undefined && repositoryNames.length > 1) {
    return { skipped: `nothing says which repository it is for: ${repositoryNames.join(', ')} (LINEAR_REPOSITORY)` };
  }
  if (name === undefined || repositoryNames.includes(name)) return { name };
  return { skipped: `LINEAR_REPOSITORY names "${name}", and configured are ${repositoryNames.join(', ') || 'none'}` };
}

const keyOf = (identifier: string) => identifier.toLowerCase();

/** What is done, or will never be, is no task, and nothing waits for it. */
function tasksOf(subIssues: readonly SubIssue[]): Plan {
  const open = subIssues.filter(({ state }) => !isFinal(state));
  const keys = new Set(open.map(({ identifier }) => keyOf(identifier)));
  return open.map(
    ({ identifier, title, description, blockedBy }): TaskInput => ({
      key: keyOf(identifier),
      title: cut(title, 200),
      description: cut(description, 20_000),
      acceptance: [],
      dependsOn: [...new Set(blockedBy.map(keyOf))].filter((key) => keys.has(key)),
    }),
  );
}

function describe(issue: Issue, subIssues: readonly SubIssue[]): string {
  const comments = issue.comments
    .filter(({ id }) => !isOwnComment(id))
    .map(({ by, createdAt, body }) => `### ${by}, ${createdAt}\n${body}`);
  const links = issue.attachments.map(({ title, url }) => `- [${title}](${url})`);
  if (issue.hasMoreAttachments === true) links.push('- The issue has more of them.');
  const done = subIssues.filter(({ state }) => isFinal(state));
  const closed = done.map(({ identifier, title, state }) => `- ${identifier} ${title} (${state})`);
  const parent = issue.parent === undefined ? [] : [`It is a part of ${issue.parent.identifier}.`];
  return [
    issue.description,
    ...parent,
    section('Attachments', links),
    section('Sub-issues that are closed already', closed),
    section(COMMENTS_TITLE, comments),
  ]
    .filter(Boolean)
    .join('\n\n');
}

const section = (title: string, lines: readonly string[]) =>
  lines.length === 0 ? '' : `## ${title}\n${lines.join('\n')}`;

const cut = (text: string, length: number) => {
  const whole = text.trim();
  return whole.length <= length ? whole : `${whole.slice(0, length - 1).toWellFormed()}…`;
};

/** How epics look in a terminal: pure functions from what the API answers to lines of text. */
import { stripVTControlCharacters } from 'node:util';
import { shortBranch } from '../api/client/branch-name.ts';
import { epicNow, isFinal } from '../api/client/epic-now.ts';
import type { Epic } from './api.ts';
import type { Output } from './output.ts';
import { allLines, type RequestParts, requestParts } from './render-request.ts';

export type Colors = Output['colors'];
type Task = Epic['tasks'][number];

const MARKS: Readonly<Record<string, string>> = {
  PENDING: '○',
  ASSIGNED: '◌',
  PLANNING: '◐',
  IN_PROGRESS: '◐',
  REVIEW: '◑',
  BLOCKED: '■',
  COMPLETED: '✓',
  FAILED: '✗',
  CANCELLED: '–',
};

/** A state in its color. */
export function colored(colors: Colors, state: string, text = state): string {
  if (state === 'COMPLETED') return colors.green(text);
  if (state === 'FAILED') return colors.red(text);
  if (state === 'BLOCKED') return colors.yellow(text);
  return state === 'PENDING' || state === 'CANCELLED' ? colors.dim(text) : colors.cyan(text);
}

/** What a terminal shows of an epic, part by part. */
export interface EpicParts {
  readonly id: string;
  /** Its state, and what holds the whole. */
  readonly head: readonly string[];
  /** What is under way besides. */
  readonly notes: readonly string[];
  /** A line a task. */
  readonly graph: readonly string[];
  readonly foot: readonly string[];
  readonly requests: readonly RequestParts[];
}

/** An epic with its task graph, what holds each part, and what waits for a person. */
export function epicLines(recorded: Epic, colors: Colors, now: number): string[] {
  const { head, notes, graph, foot, requests } = epicParts(recorded, colors, now);
  return [...head, ...notes, ...graph, ...foot, ...requests.flatMap(allLines)];
}

export function epicParts(recorded: Epic, colors: Colors, now: number): EpicParts {
  const epic = epicNow(recorded, now);
  const merged = epic.mergedSha === null ? [] : [`  merged ${epic.mergedSha.slice(0, 12)} into ${epic.baseBranch}`];
  const head = [
    `${colored(colors, epic.state, MARKS[epic.state])} ${colors.bold(epic.title)}  ${colors.dim(epic.id)}`,
    `  ${colored(colors, epic.state)} · ${[...facts(epic), ...totals(epic, now)].join(' · ')}`,
    ...pauseLines(epic.factoryPause).map((line) => `  ${colors.yellow(line)}`),
    ...reasons(epic, colors).map((reason) => `  ${reason}`),
    ...againLines(epic).map((line) => `  ${line}`),
  ];
  const notes = [
    ...epic.retries.map((retry) => `  ${colors.yellow(retryLine(retry))}`),
    ...epic.unapplied.map((message) => `  ${colors.yellow(unappliedLine(message))}`),
    ...epic.progress.map((step) => `  ${progressLine(step)}`),
    ...unreadLines(epic).map((line) => `  ${colors.yellow(line)}`),
    ...merged,
  ];
  const foot = [
    ...epic.adoptedPolicies.map((one) => colors.dim(`  ${adoptedLine(one, epic.baseBranch)}`)),
    ...epic.sandboxes.map(({ host, description }) => colors.dim(`  sandbox on ${host}: ${description}`)),
    ...epic.pullRequests.map((pr) => colors.dim(`  ${pullRequestLine(epic.id, pr)}`)),
  ];
  return {
    ...{ id: epic.id, head, notes, foot },
    graph: graph(epic.tasks, colors).map((line) => `  ${line}`),
    requests: epic.requests.map((request) => requestParts(request, colors, epic)),
  };
}

/** How to ask for the same work after a failure: nothing else goes on with it. */
export const againLines = ({ id, state }: Pick<Epic, 'id' | 'state'>): string[] =>
  state === 'FAILED' ? [`ask for the same work again: bin/factory submit --like ${id}`] : [];

/** Before a worker process has begun with it. */
export const startingLine = (id: string): string => `Epic ${id} has started; nothing is recorded yet.`;

/** A step that fails and is tried again; only the first line, since git and gh can say much. */
export function retryLine({ taskKey, activity, attempt, message, remedy }: Epic['retries'][number]): string {
  const where = taskKey === null ? '' : `${taskKey}: `;
  if (remedy !== null) return `stuck: ${where}${message}; what helps: ${remedy}`;
  return `tries again: ${where}${activity}, attempt ${attempt}, after: ${message.split('\n')[0]}`;
}

/** Another factory.yaml that counts since. */
function adoptedLine(
  { by, at, baseSha, policyHash, changes, weaker }: Epic['adoptedPolicies'][number],
  baseBranch: string | null,
): string {
  const less = weaker.length === 0 ? '' : `; it protects less: ${weaker.join('; ')}`;
  return `factory.yaml ${policyHash.slice(0, 8)} of ${baseBranch ?? 'the base'} at ${baseSha.slice(0, 12)}, adopted by ${by} at ${at}: ${changes.join('; ')}${less}`;
}

/** A message that somebody sent, which no worker process has applied yet. */
export function unappliedLine({ name, decision, taskKey, by, sentAt }: Epic['unapplied'][number]): string {
  const what = [name, taskKey, decision].filter((part) => part !== null).join(' ');
  return `not applied yet: ${what} by ${by}, sent ${sentAt}`;
}

/** Says that the whole factory is paused, by whom and since when. */
export const pauseLines = (pause: Epic['factoryPause']): string[] =>
  pause === null
    ? []
    : [
        `the factory is paused by ${pause.by} since ${pause.since}${pause.comment === null ? '' : `: ${pause.comment}`}`,
      ];

/** How far a long step is. */
export const progressLine = ({ taskKey, progress }: Epic['progress'][number]): string =>
  `${taskKey === null ? '' : `${taskKey}: `}${progress}`;

/** Says that Temporal's last answer left some of the epic's executions out. */
const unreadLines = ({ unread }: Pick<Epic, 'unread'>): string[] =>
  unread > 0
    ? [`not known: what ${unread} of its executions retry or wait for; Temporal did not describe them in time`]
    : [];

function pullRequestLine(epicId: string, { number, head, base, state }: Epic['pullRequests'][number]): string {
  return `pull request #${number} ${shortBranch(epicId, head)} → ${shortBranch(epicId, base)}: ${state}`;
}

function facts({ phase, state, paused }: Epic): string[] {
  return [...(phase === '' || phase.toUpperCase() === state ? [] : [phase]), ...(paused ? ['paused'] : [])];
}

function totals({ startedAt, closedAt, cost }: Epic, now: number): string[] {
  const cap = cost.capUsd === null ? '' : ` of $${money(cost.capUsd)}`;
  return [
    duration((closedAt === null ? now : Date.parse(closedAt)) - Date.parse(startedAt)),
    `$${money(cost.settledUsd)}${cap}`,
  ];
}

/** Why something waits, where neither the reason nor the phase beside it says that it does. */
export const holdText = ({ hold, phase }: Waiting): string => {
  const reason = hold?.reason ?? '';
  return [reason, phase].some((text) => text.startsWith('waits')) ? reason : `waits: ${reason}`;
};

type Waiting = Pick<Task, 'hold' | 'phase'>;

/** What a failed command printed follows the first line; the question about the failure, or its end, shows all of it. */
export const failureLine = ({ type, message }: NonNullable<Task['failure']>): string =>
  `${type}: ${message.split('\n')[0]}`;

function reasons({ failure, ...part }: Waiting & Pick<Task, 'failure'>, colors: Colors): string[] {
  return [
    ...(part.hold === null ? [] : [colors.yellow(holdText(part))]),
    ...(failure === null ? [] : [colors.red(failureLine(failure))]),
  ];
}

/** One line a task, further in than what it needs, in an order in which each stands below that. */
function graph(tasks: readonly Task[], colors: Colors): string[] {
  const depths = depthsOf(tasks);
  const ordered = tasks.toSorted((a, b) => (depths.get(a.key) ?? 0) - (depths.get(b.key) ?? 0));
  const wide = Math.max(0, ...ordered.map((task) => task.key.length + 2 * (depths.get(task.key) ?? 0)));
  return ordered.map((task) => {
    const indent = '  '.repeat(depths.get(task.key) ?? 0);
    const name = `${indent}${colored(colors, task.state, MARKS[task.state] ?? '?')} ${task.key}`;
    const parts = [
      colored(colors, task.state, task.state.padEnd(11)),
      ...(task.phase === '' || isFinal(task.state) ? [] : [task.phase]),
      ...(task.attempt > 1 ? [`attempt ${task.attempt}`] : []),
      ...(task.pullRequest === null ? [] : [colors.dim(`#${task.pullRequest}`)]),
      ...(task.dependsOn.length === 0 || task.hold?.kind === 'blocker'
        ? []
        : [colors.dim(`after ${task.dependsOn.join(', ')}`)]),
      ...reasons(task, colors),
    ];
    return `${name}${' '.repeat(Math.max(0, wide - indent.length - task.key.length))}  ${parts.join('  ')}`;
  });
}

/** How many tasks stand before each, at the longest. The plan has no cycle; the limit is for what was written by hand. */
function depthsOf(tasks: readonly Task[]): Map<string, number> {
  const depths = new Map(tasks.map((task) => [task.key, 0]));
  for (let round = 0; round < tasks.length; round++) {
    for (const { key, dependsOn } of tasks) {
      depths.set(key, Math.max(0, ...dependsOn.map((need) => (depths.get(need) ?? -1) + 1)));
    }
  }
  return depths;
}

export function duration(ms: number): string {
  const seconds = Math.max(0, Math.floor(ms / 1_000));
  const [hours, minutes] = [Math.floor(seconds / 3_600), Math.floor(seconds / 60) % 60];
  if (hours > 0) return `${hours} h ${minutes} min`;
  return minutes > 0 ? `${minutes} min ${seconds % 60} s` : `${seconds} s`;
}

/** Cents, and more digits where a cent is much. */
export const money = (usd: number): string => (usd > 0 && usd < 0.01 ? usd.toFixed(4) : usd.toFixed(2));

/** A line cut to so many columns; escape sequences take none. */
export function clip(line: string, columns: number): string {
  if (stripVTControlCharacters(line).length <= columns) return line;
  let left = columns - 1;
  // biome-ignore lint/suspicious/noControlCharactersInRegex: colors are escape sequences
  const parts = line.split(/(\u001B\[[0-9;]*m)/);
  const kept = parts.map((part, index) => {
    if (index % 2 === 1) return part;
    const piece = part.slice(0, Math.max(0, left));
    left -= piece.length;
    return piece;
  });
  return `${kept.join('')}…`;
}

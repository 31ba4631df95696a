/** What a person can do from the page that they are on, as the search offers it. Pure. */
import { isFinal } from '../../api/client/epic-now.ts';
import type { Control, EpicItself } from '../data/epics.ts';
import type { ListedRequest } from '../data/human-requests.ts';
import { questionAnchor, titleOf } from './question.ts';
import type { TaskAction } from './task-actions.ts';

export type EpicHere = Pick<EpicItself, 'id' | 'title' | 'state' | 'paused'>;

export interface PageSubject {
  readonly epicId?: string;
  readonly taskId?: string;
}

/** The epic, and the task, that a page is about by its address. */
export function subjectOf(pathname: string): PageSubject {
  const [, kind, name] = pathname.split('/');
  const [epicId = '', taskKey] = decoded(name ?? '').split('.');
  if (epicId === '' || !['epics', 'tasks', 'agents'].includes(kind ?? '')) return {};
  const hasTask = kind !== 'epics' && taskKey !== undefined && taskKey !== 'epic';
  return hasTask ? { epicId, taskId: `${epicId}.${taskKey}` } : { epicId };
}

function decoded(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    return text;
  }
}

/** Something to do: sent from here, or done on the page that it leads to. */
export interface Command {
  readonly id: string;
  readonly label: string;
  readonly description: string;
  readonly href?: string;
  readonly control?: Control;
  /** Another word for the first one of the label. */
  readonly alias?: string;
}

interface Known {
  /** The epic of the page, once it is read. */
  readonly epic: EpicHere | undefined;
  readonly task: { readonly id: string; readonly title: string; readonly actions: readonly TaskAction[] } | undefined;
}

/** In the order in which they are offered. */
export function commandsFor({ epic, task }: Known): Command[] {
  const submit = { id: 'do submit', label: 'Submit an epic', description: 'Write a new one', href: '/new' };
  return [
    ...(task === undefined ? [] : task.actions.map((action) => taskCommand(task, action))),
    ...(epic === undefined ? [] : [...controls(epic), ...views(epic)]),
    submit,
  ];
}

function controls({ id, title, state, paused }: EpicHere): Command[] {
  if (isFinal(state)) return [];
  const of = { description: title };
  const toggle = paused ? 'resume' : 'pause';
  return [
    { ...of, id: `do ${toggle}`, label: paused ? 'Resume the epic' : 'Pause the epic', control: toggle },
    { ...of, id: 'do interrupt', label: 'Interrupt all agents of the epic', control: 'interrupt' },
    { ...of, id: 'do cancel', label: 'Cancel the epic', control: 'cancel' },
    { ...of, id: 'do cap', label: 'Set the budget of the epic', href: `${pageOf(id)}/cost` },
  ];
}

const VIEWS = [
  { path: '', label: 'Go to the overview of the epic' },
  { path: '/plan', label: 'Read the plan of the epic' },
  { path: '/diff', label: 'See what the epic changes' },
  { path: '/cost', label: 'See what the epic has cost' },
  { path: '/story', label: 'Read the story of the epic' },
  { path: '/log', label: 'Read the log of the epic' },
];
const views = ({ id, title }: EpicHere): Command[] =>
  VIEWS.map(({ path, label }) => ({ id: `see ${path}`, label, description: title, href: `${pageOf(id)}${path}` }));

const pageOf = (epicId: string): string => `/epics/${encodeURIComponent(epicId)}`;

const OF_TASK: Readonly<Record<TaskAction, Pick<Command, 'label' | 'alias'>>> = {
  interrupt: { label: 'Interrupt what the agent of the task does' },
  rewind: { label: 'Go back to a turn of the task', alias: 'rewind' },
  retry: { label: 'Try the task again', alias: 'retry' },
  skip: { label: 'Skip the task' },
  cancel: { label: 'Cancel the task' },
};

/** Confirmed on the task's page, with the words that go along. */
const taskCommand = ({ id, title }: NonNullable<Known['task']>, action: TaskAction): Command => ({
  ...{ ...OF_TASK[action], id: `do ${action} of task`, description: title },
  href: `/tasks/${encodeURIComponent(id)}?action=${action}`,
});

/**
 * Whether the typed words mean the command: the first one begins it, so that nobody who types the name of something finds
 * a command under Enter.
 */
export function isMeant({ label, alias }: Pick<Command, 'label' | 'alias'>, words: readonly string[]): boolean {
  const [first, ...rest] = words;
  if (first === undefined) return true;
  const text = label.toLowerCase();
  const begins = text.startsWith(first) || alias?.startsWith(first) === true;
  return begins && rest.every((word) => text.includes(word));
}

/** The way to a question, of the epic of the page first. */
export function questionCommands(requests: readonly ListedRequest[], epicId: string | undefined): Command[] {
  return requests
    .toSorted((a, b) => Number(b.epicId === epicId) - Number(a.epicId === epicId))
    .map((request) => ({
      id: questionAnchor(request),
      label: `Answer: ${titleOf(request)}`,
      description: request.taskKey === null ? request.epicTitle : `${request.epicTitle} · task ${request.taskKey}`,
      href: `${pageOf(request.epicId)}#${questionAnchor(request)}`,
      alias: 'approve',
    }));
}

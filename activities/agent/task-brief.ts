/** How a task is told: its epic, what it asks for, what it builds on, and how far a round may go. */
import type { Delivered, Limits } from '../../workflows/contract/brief.ts';
import type { TaskInput } from '../../workflows/contract/plan.ts';
import { fenced } from './prompt-files.ts';
import { cutInTheMiddle } from './transcript.ts';

export interface EpicFacts {
  readonly epicTitle: string;
  readonly epicDescription?: string;
}

const EPIC_LIMIT = 12_000;

export function deliveredText(delivered: readonly Delivered[] = []): string {
  if (delivered.length === 0) return '';
  const told = delivered.map(({ key, title, summary = '', mergedSha }) =>
    fenced('delivered', `${key}: ${title} (merged as ${mergedSha.slice(0, 12)})\n${summary}`.trim()),
  );
  return `It builds on these tasks, whose work is merged and in your worktree:\n${told.join('\n')}`;
}

export function limitsText({ limits }: { readonly limits?: Limits | undefined }): string {
  if (limits === undefined) return '';
  const { turns, commandSeconds, network } = limits;
  const reach = network.length === 0 ? 'no network' : `no hosts of the network but ${network.join(', ')}`;
  return `A round has at most ${turns} turns, a command ${commandSeconds} s, and commands reach ${reach}.`;
}

export function taskText(task: TaskInput, { epicTitle, epicDescription = '' }: EpicFacts): string {
  const criteria = task.acceptance.map((criterion, index) => `${index + 1}. ${criterion}`).join('\n');
  const files = (task.files ?? []).join('\n');
  return [
    'It is part of this epic:',
    fenced('epic-title', epicTitle),
    epicDescription === '' ? '' : fenced('epic-description', cutInTheMiddle(epicDescription, EPIC_LIMIT)),
    `The task, with the key ${task.key}:`,
    fenced('task-title', task.title),
    fenced('task-description', task.description),
    criteria === '' ? 'No acceptance criteria were given; the title and description are what counts.' : '',
    criteria === '' ? '' : `Acceptance criteria:\n${fenced('acceptance-criteria', criteria)}`,
    files === ''
      ? ''
      : `The plan expects it to touch these files; others are fine where they are needed:\n${fenced('expected-files', files)}`,
  ]
    .filter((part) => part !== '')
    .join('\n');
}

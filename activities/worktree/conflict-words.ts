/** The kind of a conflict, and what its two sides did, in words. Pure. */
import type { Stage } from '../../clients/git/merge-report.ts';
import type { Conflict, ConflictKind } from '../../workflows/contract/conflict.ts';
import type { ConflictGroup, MergeSides } from './conflict-groups.ts';

/** What git calls it comes first; the stages tell the rest. */
export function kindOf({ stages, messages }: ConflictGroup): ConflictKind {
  const types = new Set(messages.map(({ type }) => type));
  for (const type of ['file/folder', 'file/link', 'rename/rename', 'rename/delete', 'location', 'other'] as const) {
    if (types.has(type)) return type;
  }
  const [before, task, base] = ([1, 2, 3] as const).map((stage) => stages.find((each) => each.stage === stage));
  if (stages.some(({ mode }) => mode === SUBMODULE)) return 'submodule';
  if (task === undefined || base === undefined) return 'modify/delete';
  if (task.blob === base.blob) return 'mode';
  if (types.has('binary')) return 'binary';
  return before === undefined ? 'add/add' : 'content';
}

export interface Described {
  readonly kind: ConflictKind;
  readonly group: ConflictGroup;
  readonly made: readonly string[];
  readonly path: string;
  readonly sides: MergeSides;
}

export function wordsOf(described: Described): Pick<Conflict, 'task' | 'base' | 'left'> {
  return { task: sideOf(described, 2), base: sideOf(described, 3), left: leftOf(described) };
}

function sideOf({ kind, group, path }: Described, side: 2 | 3): string {
  const { stages, messages } = group;
  const version = stages.find(({ stage }) => stage === side);
  const before = stages.find(({ stage }) => stage === 1);
  switch (kind) {
    case 'file/folder':
      return version === undefined ? 'has a folder there' : `has ${nounOf(version)} there`;
    case 'file/link':
      return version === undefined ? 'deleted it' : `made it ${nounOf(version)}`;
    case 'rename/rename':
      return version === undefined ? 'renamed it' : `renamed it to ${version.path}`;
    case 'rename/delete': {
      const from = messages.find(({ type }) => type === kind)?.paths[1] ?? before?.path;
      return version === undefined ? `deleted ${from}` : `renamed ${from} to ${path}${changeOf(before, version)}`;
    }
    case 'location':
      return version === undefined ? 'renamed the folder' : 'added a file to the folder';
    case 'submodule':
      return version === undefined ? 'removed the submodule' : `points the submodule to ${version.blob.slice(0, 12)}`;
    case 'mode':
      return version?.mode === EXECUTABLE ? 'made it executable' : 'left it not executable';
    case 'other':
      return 'moved or changed what is there';
    default:
      if (version === undefined) return 'deleted it';
      return before === undefined ? `added it${as(version)}` : `changed it${as(version)}`;
  }
}

function leftOf({ kind, group, made, path, sides }: Described): string {
  const { stages, messages } = group;
  const told = messages.at(-1)?.text ?? '';
  const madeOf = made.map((name) => `${name} (the ${sideOfName(name, sides)}’s)`).join(', ');
  const task = stages.find(({ stage }) => stage === 2);
  switch (kind) {
    case 'file/folder':
      return `the folder at its name, and the file as ${madeOf}`;
    case 'file/link':
      return made.length > 1 ? `both beside its name: ${madeOf}` : `one at its name, and the other as ${madeOf}`;
    case 'rename/rename':
      return 'both new names';
    case 'rename/delete':
    case 'modify/delete':
      return `the ${task === undefined ? 'base' : 'task'}’s version`;
    case 'location':
      return `the file, moved along to ${path}`;
    case 'other':
      return `something that git says of: ${named(told, sides).split('\n', 1)[0]}`;
    default:
      return hasMarkers(kind, stages) ? 'both versions, with conflict markers' : 'the task’s version';
  }
}

/** Texts only: of all else the merge keeps one side's version, ours. */
const hasMarkers = (kind: ConflictKind, stages: readonly Stage[]): boolean =>
  (kind === 'content' || kind === 'add/add') && stages.every(({ mode }) => mode.startsWith('100'));

const sideOfName = (name: string, { ours }: MergeSides): string => (name.includes(`~${ours}`) ? 'task' : 'base');

const named = (text: string, { ours, theirs }: MergeSides): string =>
  text.replaceAll(ours, 'the task').replaceAll(theirs, 'the base').slice(0, 500);

const [EXECUTABLE, LINK, SUBMODULE] = ['100755', '120000', '160000'];

const nounOf = ({ mode }: Stage): string =>
  mode === LINK ? 'a symbolic link' : mode === SUBMODULE ? 'a submodule' : 'a file';

const as = (version: Stage): string => (version.mode === LINK ? ' as a symbolic link' : '');

const changeOf = (before: Stage | undefined, after: Stage): string =>
  before === undefined || before.blob === after.blob ? '' : ' and changed it';

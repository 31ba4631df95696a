/** What `git merge-tree -z` reports of a merge: its tree, the stages of each conflicted path, and git's own report. */
import { type ConflictType, readConflictType } from './failures.ts';

/** A version of a path: 1 is where the two sides parted, 2 is ours, 3 is theirs. */
export interface Stage {
  readonly mode: string;
  readonly blob: string;
  readonly stage: 1 | 2 | 3;
  readonly path: string;
}

export interface ConflictMessage {
  readonly type: ConflictType;
  /** All paths that it is about, in git's order. */
  readonly paths: readonly string[];
  readonly text: string;
}

export interface MergeReport {
  readonly tree: string;
  readonly stages: readonly Stage[];
  /** Without what git says of paths that it merged. */
  readonly messages: readonly ConflictMessage[];
}

/** Reads the output whole; NUL ends each field, so any name can be in it. */
export function readMergeReport(output: string): MergeReport {
  const [tree = '', ...fields] = output.split('\0');
  const end = fields.indexOf('');
  const stages = (end === -1 ? fields : fields.slice(0, end)).flatMap((field) => readStage(field) ?? []);
  const messages: ConflictMessage[] = [];
  for (let at = end + 1; end !== -1 && at < fields.length; ) {
    const count = Number(fields[at]);
    if (!(count > 0)) break;
    const paths = fields.slice(at + 1, at + 1 + count);
    const [type = '', text = ''] = fields.slice(at + 1 + count, at + 3 + count);
    const known = readConflictType(type);
    if (known !== undefined) messages.push({ type: known, paths, text: text.trim() });
    at += count + 3;
  }
  return { tree, stages, messages };
}

function readStage(field: string): Stage | undefined {
  const [, mode = '', blob = '', stage = '', path = ''] = /^(\d+) ([0-9a-f]+) ([123])\t(.*)$/s.exec(field) ?? [];
  return path === '' ? undefined : { mode, blob, stage: Number(stage) as Stage['stage'], path };
}

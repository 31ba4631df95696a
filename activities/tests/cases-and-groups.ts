/** The parts of a test file: its cases and groups, with where they begin and end. */
import { oneLine } from '../../workflows/contract/short-text.ts';
import type { CodeText } from './code-text.ts';
import type { Language } from './language.ts';

export interface Unit {
  readonly kind: 'case' | 'group';
  readonly name: string;
  readonly start: number;
  /** Where the block begins; `end` where there is none. */
  readonly body: number;
  readonly end: number;
}

export interface Reading {
  readonly code: CodeText;
  /** In the order of the file, an outer one before those within. */
  readonly units: readonly Unit[];
}

export const NO_NAME = '(no name)';

/** As names are kept and compared. */
export const shortName = (name: string): string => oneLine(name).slice(0, 200);

/** The name that the first pattern finds in a declaration. */
export function nameIn(patterns: readonly RegExp[], head: string): string | undefined {
  for (const pattern of patterns) {
    const match = pattern.exec(head);
    if (match !== null) return shortName(match.groups?.name ?? '') || NO_NAME;
  }
  return undefined;
}

/** Whether a runner takes a case of this name and text, comments included. */
export const isRun = ({ runs }: Language, name: string, raw: string): boolean =>
  runs === undefined || !runs.name.test(name) || runs.when.test(raw);

/**
 * What differs from run to run by nature, as rules over texts. Whatever no rule names is a difference. docs/agents.md
 * lists the rules; the folders of a host are not among them, since both sides have marks in their place.
 */
import { EMAIL, NAMED_PERSON } from '../../workflows/contract/recording.ts';

/** Where a text stands in a request: outputs of commands differ in more than what the factory says itself. */
export type TextKind = 'said' | 'output';

export interface Piece {
  /** The rule that it falls under; undefined for what has to be the same. */
  readonly rule: RuleName | undefined;
  readonly text: string;
}

export type RuleName = keyof typeof RULES;

const CLOCK = /\d{1,2}:\d\d(?::\d\d(?:[.,]\d+)?)?/.source;
const UNIT = '(?:ns|µs|us|ms|s|secs?|seconds)\\b';

/**
 * `bound`: the same value here is the same value there, everywhere in a transcript. `output`: only in what commands print.
 */
const RULES = {
  /** Verifications take a few checkouts in turn. */
  checkout: {
    pattern: /\{\{factory\.worktrees\}\}\/_verify\/[^\s/]+\/[^\s/]+\/\d+/.source,
    bound: false,
    output: false,
  },
  /** Who, by address or as git writes it. */
  person: { pattern: `${NAMED_PERSON}|${EMAIL}`, bound: true, output: false },
  /** An id that is made for each run, perhaps with a number of a step. */
  id: { pattern: /\b[0-9a-f]{8}(?:-[0-9a-f]{4}){3}-[0-9a-f]{12}(?:\/\d+)?\b/.source, bound: true, output: false },
  /** Of a commit, whole or short; blobs and trees are named by what is in them, so their names have to be the same. */
  commit: {
    pattern: /(?<![\w-]|\w\.|\bindex |\bindex [0-9a-f]{7,40}\.\.|\btree |\bblob )[0-9a-f]{7,40}(?![\w-]|\.\w)/.source,
    bound: true,
    output: false,
  },
  /** Behind a commit's subject. */
  pullRequest: { pattern: /(?<= \()#\d+(?=\)$)/.source, bound: true, output: false },
  home: { pattern: /\/(?:home|Users)\/[\w.-]+/.source, bound: true, output: true },
  temporary: { pattern: /\/tmp\/[\w.-]+/.source, bound: true, output: true },
  time: {
    pattern: [
      `\\d{4}-\\d\\d-\\d\\d[T ]${CLOCK}(?: ?(?:Z|UTC|[+-]\\d\\d:?\\d\\d))?`,
      `\\b(?:(?:Mon|Tue|Wed|Thu|Fri|Sat|Sun),? )?(?:Jan|Feb|Mar|Apr|May|Jun|Jul|Aug|Sep|Oct|Nov|Dec) [ \\d]\\d? ${CLOCK}(?: (?:UTC )?\\d{4})?(?: [+-]\\d{4})?`,
    ].join('|'),
    bound: false,
    output: true,
  },
  duration: {
    pattern: [
      /(?<=\bduration_ms:? )\d+(?:\.\d+)?/.source,
      /(?<=\btime=")\d+(?:\.\d+)?(?=")/.source,
      `\\b\\d+\\.\\d+ ?${UNIT}`,
      '\\b\\d+ ?ms\\b',
      `(?<=\\b(?:in|took|after|Time:|Duration:) )\\d+ ?${UNIT}`,
      /\b\d+m\d+\.\d+s\b/.source,
    ].join('|'),
    bound: false,
    output: true,
  },
  port: { pattern: /(?<=\b(?:localhost|127\.0\.0\.1|0\.0\.0\.0):)\d{2,5}\b/.source, bound: false, output: true },
  process: { pattern: /(?<=\(node:)\d+(?=\))/.source, bound: false, output: true },
} as const;

const NAMES = Object.keys(RULES) as RuleName[];

const patternOf = (kind: TextKind): RegExp =>
  new RegExp(
    NAMES.filter((name) => kind === 'output' || !RULES[name].output)
      .map((name) => `(?<${name}>${RULES[name].pattern})`)
      .join('|'),
    'gmu',
  );
const PATTERNS: Readonly<Record<TextKind, RegExp>> = { said: patternOf('said'), output: patternOf('output') };

export const isBound = (rule: RuleName): boolean => RULES[rule].bound;

/** What checks printed stands in briefs between these. */
const PRINTED = /(?<=<check-output>\n)[\s\S]*?(?=\n<\/check-output>)/g;

/** The text in pieces, in order; together they are the text. */
export function pieces(text: string, kind: TextKind): Piece[] {
  if (kind === 'output') return split(text, PATTERNS.output);
  const found: Piece[] = [];
  let from = 0;
  for (const { 0: printed, index } of text.matchAll(PRINTED)) {
    found.push(...split(text.slice(from, index), PATTERNS.said), ...split(printed, PATTERNS.output));
    from = index + printed.length;
  }
  return joined([...found, ...split(text.slice(from), PATTERNS.said)]);
}

function split(text: string, pattern: RegExp): Piece[] {
  const found: Piece[] = [];
  let from = 0;
  for (const { 0: value, index, groups = {} } of text.matchAll(pattern)) {
    if (index > from) found.push({ rule: undefined, text: text.slice(from, index) });
    found.push({ rule: NAMES.find((name) => groups[name] !== undefined), text: value });
    from = index + value.length;
  }
  if (from < text.length) found.push({ rule: undefined, text: text.slice(from) });
  return found;
}

/** Neighbours that no rule names are one piece. */
function joined(found: readonly Piece[]): Piece[] {
  const all: Piece[] = [];
  for (const piece of found) {
    const last = all.at(-1);
    if (last !== undefined && last.rule === undefined && piece.rule === undefined) {
      all[all.length - 1] = { rule: undefined, text: last.text + piece.text };
    } else all.push(piece);
  }
  return all;
}

/** Reads a test file by its lines: a case goes on for as long as lines are indented more than where it began. */

import { isRun, NO_NAME, type Reading, shortName, type Unit } from './cases-and-groups.ts';
import { endOfLine, readCode } from './code-text.ts';
import type { Language } from './language.ts';

export function readLines(language: Language, raw: string): Reading {
  const code = readCode(raw, language.comment);
  const find = (kind: Unit['kind'], patterns: readonly RegExp[]): Unit[] =>
    patterns.flatMap((pattern) =>
      [...code.text.matchAll(new RegExp(pattern.source, 'gm'))]
        .filter(({ index, 0: found }) => {
          const first = index + found.search(/\S/);
          return code.isCode(first) || /["']/.test(code.text[first] ?? '');
        })
        .map(({ index, 0: found, groups }) => {
          const end = endOfBlock(code.text, index);
          const name = shortName(groups?.name ?? '') || NO_NAME;
          return {
            kind,
            name,
            start: withAttributes(code.text, index),
            body: Math.min(end, index + found.length),
            end,
          };
        }),
    );
  const cases = find('case', language.cases).filter(({ name, start, end }) =>
    isRun(language, name, raw.slice(start, end)),
  );
  const taken = new Set(cases.map(({ end }) => end));
  const once = [...new Map(cases.toReversed().map((unit) => [unit.start, unit])).values()];
  const groups = find('group', language.groups).filter(({ end }) => !taken.has(end));
  return { code, units: [...groups, ...once].sort((a, b) => a.start - b.start || b.end - a.end) };
}

const indentOf = (line: string): number => line.length - line.trimStart().length;

/** The end of the last line that is indented more than the first one, with the bracket or word that closes it. */
function endOfBlock(text: string, start: number): number {
  const from = text.lastIndexOf('\n', start - 1) + 1;
  // A pattern may begin with line ends.
  const first = from + (text.slice(from).match(/^\s*\n/)?.[0].length ?? 0);
  let at = endOfLine(text, first);
  const indent = indentOf(text.slice(first, at));
  let end = at;
  while (at < text.length) {
    const next = endOfLine(text, at + 1);
    const line = text.slice(at + 1, next);
    if (line.trim() !== '') {
      const depth = indentOf(line);
      const closes = /^\s*(?:[)}\]]|end\b|fi\b|done\b)/.test(line);
      const opens =
        /^\s*(?:\{|->|=>|def\b|fun\b|void\b|let\b|member\b|public\b|\[<|@)/.test(line) &&
        isHeadOpen(text.slice(first, at));
      if (depth < indent || (depth === indent && !closes && !opens)) break;
      end = next;
      if (depth === indent && closes && !/\{\s*$|\(\s*$/.test(line)) break;
    }
    at = next;
  }
  return end;
}

/** A declaration of several lines has not come to its block: attributes, or a brace on a line of its own. */
const isHeadOpen = (head: string): boolean => !/[{}]/.test(head) && head.split('\n').length < 12;

/** Lines of attributes right above belong to the declaration. */
function withAttributes(text: string, index: number): number {
  let start = text.lastIndexOf('\n', index - 1) + 1;
  while (start > 0) {
    const above = text.lastIndexOf('\n', start - 2) + 1;
    if (!/^\s*(?:@\w|#\[|\[<?\w|<\w+\()/.test(text.slice(above, start))) break;
    start = above;
  }
  return start;
}

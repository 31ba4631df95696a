/** How often a test runs with other values, where these are written out beside it. Pure. */

import type { Unit } from './cases-and-groups.ts';
import type { CodeText } from './code-text.ts';
import type { Language } from './language.ts';

/** Undefined for a test without values, or with values from elsewhere. */
export function countRows(language: Language, code: CodeText, { start, end }: Unit): number | undefined {
  const text = code.text.slice(start, end);
  const counts: number[] = [];
  if (language.row !== undefined) {
    const single = [...text.matchAll(new RegExp(language.row.source, 'g'))].length;
    if (single > 0) counts.push(single);
  }
  if (language.rows !== undefined) {
    for (const { index, 0: match } of text.matchAll(new RegExp(language.rows.source, 'g'))) {
      if (!code.isCode(start + index)) continue;
      const elements = countElements(code, start + index + match.length);
      if (elements !== undefined) counts.push(elements);
    }
  }
  return counts.length === 0 ? undefined : counts.reduce((sum, count) => sum + count, 0);
}

/** The elements of the list whose bracket stands at an index. */
export function countElements({ text, isCode }: CodeText, open: number): number | undefined {
  if (!/[[({]/.test(text[open] ?? '')) return undefined;
  let depth = 0;
  let elements = 0;
  let isEmpty = true;
  for (let at = open; at < text.length; at++) {
    const character = text[at] as string;
    if (isCode(at) && /[[({]/.test(character)) {
      if (depth > 0) isEmpty = false;
      depth += 1;
    } else if (isCode(at) && /[\])}]/.test(character)) {
      depth -= 1;
      if (depth === 0) return elements + (isEmpty ? 0 : 1);
    } else if (isCode(at) && character === ',' && depth === 1) {
      if (!isEmpty) elements += 1;
      isEmpty = true;
    } else if (/\S/.test(character)) isEmpty = false;
  }
  return undefined;
}

const TABLE =
  /(?<=^[ \t]*(?:(?:export|const|let|var|static|private|public|protected|final|readonly|val|def|func|function|fun|type|IEnumerable\S*|object\[\]\S*|Stream<\w+>|Iterable<\w+>|array)\s+)*(?:self::)?\$?)(?<name>\b\w*(?:cases|tests|data|rows|table|params|examples|inputs|values|provider)\w*)\b\s*(?::[^=\n;]*)?(?::?=\s*(?:&?\[\][\w.*]*(?:\s*struct\s*\{[^{}]*\})?|map\[\w+\][\w.*]*(?:\s*struct\s*\{[^{}]*\})?|vec!|new\b[^[{(\n]*|(?:List|Stream|Set|Arrays)\.\w+|listOf|arrayOf|setOf)?\s*|\([^()]*\)[^{;\n]*\{\s*return\s+(?:Stream\.of|List\.of|Arrays\.asList|new\b[^{[\n]*)?\s*)(?=[[{(])/gim;

/** Tables of values by their names, as tests that are fed by them have them. A name that is used twice is none. */
export function countTables(code: CodeText): [name: string, rows: number][] {
  const found = [...code.text.matchAll(TABLE)].filter(({ index }) => code.isCode(index));
  const uses = Map.groupBy(found, ({ groups }) => groups?.name ?? '');
  return [...uses].flatMap(([name, [first, ...more]]): [string, number][] => {
    const rows = first === undefined ? undefined : countElements(code, first.index + first[0].length);
    return rows === undefined || more.length > 0 ? [] : [[name, rows]];
  });
}

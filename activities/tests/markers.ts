/** Finds what puts tests out of use, and what starts them. Pure. */
import { oneLine } from '../../workflows/contract/short-text.ts';
import type { CodeText } from './code-text.ts';
import { condition, type Language } from './language.ts';
import { idIn, type Outline } from './outline.ts';

export interface FoundMarker {
  /** The id of the case or group that it is in; empty for the file. */
  readonly unit: readonly string[];
  readonly text: string;
  /** The line that it is on. */
  readonly line: string;
  /** Ordinary in a new test. */
  readonly inKnown: boolean;
}

export function findMarkers(language: Language, raw: string, code: CodeText, outline: Outline): FoundMarker[] {
  return once([...findWritten(language, raw, code, outline), ...earlyReturns(code, outline)]);
}

/** Two patterns that fit the same line are one finding. */
const once = (markers: readonly FoundMarker[]): FoundMarker[] => [
  ...new Map(markers.map((found) => [`${found.unit.join('\n')}\t${found.line}`, found])).values(),
];

const lineAt = (text: string, at: number): string => {
  const start = text.lastIndexOf('\n', at - 1) + 1;
  const end = text.indexOf('\n', at);
  return text
    .slice(start, end === -1 ? text.length : end)
    .trim()
    .slice(0, 120);
};

function findWritten(language: Language, raw: string, code: CodeText, outline: Outline): FoundMarker[] {
  return [...language.markers, ...COMMON].flatMap(({ pattern, inComments, inKnown = false }) =>
    [...(inComments === true ? raw : code.text).matchAll(pattern)].flatMap(({ index, 0: match }) => {
      const at = index + (match.length - match.trimStart().length);
      if (inComments !== true && !code.isCode(at)) return [];
      const unit = outline.chainAt(at).map(({ name }) => name);
      const text = oneLine(match);
      return [{ unit, text, line: lineAt(raw, at), inKnown }];
    }),
  );
}

export function findStarts({ starts }: Language, { text, isCode }: CodeText): string[] {
  if (starts === undefined) return [];
  const found = text.matchAll(new RegExp(starts.source, 'gm'));
  return [...found]
    .filter(({ index, 0: match }) => isCode(index + match.search(/\S/)))
    .map(({ index }) => lineAt(text, index));
}

/** Ways to let an assertion pass, in whichever language. */
const COMMON = [
  { pattern: /\bexcept\b[^\n:]*:\s*(?:pass|return|continue|\.\.\.)(?=\s*(?:\n|$))/gm },
  { pattern: /\bcatch\b\s*(?:\([^()]*\)\s*)?\{\s*\}/gm },
  { pattern: /\brescue\b[^\n]*\n\s*(?:nil|true|end)\b/gm },
  { pattern: /\bsuppress\(\s*(?:AssertionError|Exception|BaseException)/gm },
  { pattern: /(?:\bor|\|\|)\s+(?:True|true|1)\b/gm },
].map(({ pattern }) => condition('', pattern));

/** Nothing after such a line at the head of a test runs. */
function earlyReturns(code: CodeText, outline: Outline): FoundMarker[] {
  return outline.units.flatMap((unit) => {
    if (unit.kind !== 'case') return [];
    const body = code.text.slice(unit.body, unit.end);
    const match =
      /^[\s{:]*(?:do\b\s*(?:\|[^|\n]*\|)?\s*)?(?:if\b[^\n{}]*[:{)]\s*\n?\s*)?(return(?:@\w+)?(?:\s+(?:None|nil|null|undefined|true|0))?|exit(?:\s+0)?|next)\s*;?\s*\}?[ \t]*\n/.exec(
        body,
      );
    if (match === null || !/\w/.test(body.slice(match[0].length).replace(/\bend\b/g, ''))) return [];
    return [{ unit: idIn(outline, unit), text: 'returns at its head', line: match[1] ?? 'return', inKnown: true }];
  });
}

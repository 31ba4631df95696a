/** Finds what looks like a secret in a text. Pure. */
import { wordFinder } from './find-words.ts';
import { CLOUD_KINDS } from './kinds-clouds.ts';
import { FORMAT_KINDS, KEY_KINDS } from './kinds-files.ts';
import { SERVICE_KINDS } from './kinds-services.ts';
import { SETTING_KINDS } from './kinds-settings.ts';
import { isPlaceholder } from './placeholders.ts';
import type { Kind } from './secret-kind.ts';
import { NEAR } from './secretlint-keywords.ts';
import { findRecommended, type Reported, RULES } from './secretlint-rules.ts';

export interface Found extends Reported {
  readonly value: string;
}

/** Known by their own form. */
const FORMED: readonly Kind[] = [...CLOUD_KINDS, ...SERVICE_KINDS, ...KEY_KINDS];
/** Known by what they stand in. */
const NAMED: readonly Kind[] = [...FORMAT_KINDS, ...SETTING_KINDS];
export const KINDS: readonly Kind[] = [...FORMED, ...NAMED];

/** Shorter ones are no key of anything. */
const LEAST_LENGTH = 16;

/** Most texts hold no word of any kind, and are told apart by one look. */
const findNear = wordFinder([...new Set([...KINDS.flatMap(({ near }) => near), ...Object.values(NEAR).flat()])]);

/** A rule of a newer scanner that we know no words of looks at every text. */
const ALL_HAVE_WORDS = RULES.every(({ meta }) => meta.id in NEAR);

/** By their place, none within another. `file` is the name that the text has, where it is a file's. */
export function findSecrets(text: string, file?: string): Found[] {
  if (text.length < LEAST_LENGTH) return [];
  const words = findNear(text.toLowerCase());
  if (words.size === 0 && file === undefined && ALL_HAVE_WORDS) return [];
  const isNear = (near: readonly string[] | undefined) => near === undefined || near.some((word) => words.has(word));
  const isMeant = ({ near, file: name }: Kind) => (name === undefined ? isNear(near) : name.test(file ?? ''));
  const among = (kinds: readonly Kind[]) => kinds.filter(isMeant).flatMap((kind) => matches(kind, text));
  const recommended = findRecommended(
    text,
    RULES.filter(({ meta }) => isNear(NEAR[meta.id])),
  )
    .map((reported) => ({ ...reported, value: text.slice(reported.start, reported.end) }))
    .filter(({ value }) => !isPlaceholder(value));
  return outermost([...among(FORMED), ...recommended, ...among(NAMED)]);
}

function matches({ kind, pattern, accepts }: Kind, text: string): Found[] {
  return [...text.matchAll(pattern)].flatMap(({ 0: whole, index, indices, groups = {} }) => {
    const [start, end] = indices?.groups?.value ?? [index, index + whole.length];
    const value = text.slice(start, end);
    const isMeant = accepts === undefined ? !isPlaceholder(value) : accepts(value, groups);
    return isMeant ? [{ kind, start, end, value }] : [];
  });
}

/** Keeps the first of those that overlap; where two begin at the same place, the one that is sooner in the list. */
function outermost(found: readonly Found[]): Found[] {
  const kept: Found[] = [];
  for (const next of found.toSorted((a, b) => a.start - b.start)) {
    const last = kept.at(-1);
    if (last === undefined || next.start >= last.end) kept.push(next);
    else if (next.end > last.end) kept[kept.length - 1] = { ...last, end: next.end };
  }
  return kept;
}

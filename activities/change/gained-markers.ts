/** Markers that put tests out of use and were not there before, in words. Pure. */
import type { FoundMarker } from '../tests/markers.ts';
import { without } from '../tests/tokens.ts';
import type { ComparedTest } from './compared-tests.ts';
import type { Pair } from './match-cases.ts';

const SKIPS =
  /skip|ignore|disabled|pending|todo|omit|fixme|manual|(?<![a-z])x(?!fail)(?=[a-z])|^returns|if \(?(?:False|false|0)|\[\.|"!/i;

/** Whether it holds may be another matter elsewhere, in CI for instance. */
const CONDITION =
  /if\b|unless|when\b|assum|cfg\b|condition|environ|env\b|platform|&&|\|\||\bskip\s*:\s*(?!true|['"`])/i;

/** A marker that moved or was renamed with its test is not new. `isSkip`: it puts tests out of use wherever they run. */
export function gainedMarkers({
  file,
  index,
  files,
  pairs,
}: {
  readonly file: ComparedTest;
  readonly index: number;
  readonly files: readonly ComparedTest[];
  readonly pairs: readonly Pair[];
}): { readonly words: string; readonly isSkip: boolean }[] {
  const newIds = new Map(pairs.map(({ was, is }) => [`${was.file}\n${was.test.id.join('\n')}`, is.test.id.join('\n')]));
  const known = new Set(pairs.filter(({ is }) => is.file === index).map(({ is }) => is.test.id.join('\n')));
  const groups = new Set((file.was?.cases ?? []).flatMap(({ id }) => id.slice(0, -1)));
  const before = files.flatMap(({ was }, from) =>
    (was?.markers ?? []).map(
      ({ unit, text }) => `${newIds.get(`${from}\n${unit.join('\n')}`) ?? unit.join('\n')}\t${text}`,
    ),
  );
  const after = files.flatMap(({ is }) => (is?.markers ?? []).map(keyOf));
  const stale = without(before, after).map((key) => key.slice(key.lastIndexOf('\t') + 1));
  const isKnown = ({ unit }: FoundMarker): boolean =>
    file.from !== undefined || file.before !== undefined
      ? unit.length === 0 || known.has(unit.join('\n')) || groups.has(unit.at(-1) ?? '')
      : false;
  const own = new Set(before);
  const fresh = (file.is?.markers ?? []).filter(
    (found) => !own.has(keyOf(found)) && (!found.inKnown || isKnown(found)),
  );
  const counted = fresh.filter(({ text }) => {
    const at = stale.indexOf(text);
    if (at !== -1) stale.splice(at, 1);
    return at === -1;
  });
  return counted.map(({ unit, text, line }) => {
    const name = unit.length === 0 ? 'the file' : unit.join(' › ');
    const isSkip = SKIPS.test(text);
    const words = `${name} is ${isSkip ? 'skipped' : 'weakened'} (${line})`;
    return { isSkip: isSkip && !CONDITION.test(line), words };
  });
}

const keyOf = ({ unit, text }: FoundMarker): string => `${unit.join('\n')}\t${text}`;

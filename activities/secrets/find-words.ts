/** Finds which of many words are in a text, in one pass over it. Pure. */

/** Returns a search for these words, which are not empty. It tells upper and lower case apart. */
export function wordFinder(words: readonly string[]): (text: string) => ReadonlySet<string> {
  const classes = classesOf(words);
  const width = classes.size + 1;
  // A tree of the words' beginnings, a row a beginning: where each character leads; 0 is nowhere.
  const next: number[] = new Array(width).fill(0);
  const ends: (string | undefined)[] = [undefined];
  for (const word of words) {
    let row = 0;
    for (let at = 0; at < word.length; at++) {
      const cell = row * width + (classes.get(word.charCodeAt(at)) as number);
      if (next[cell] === 0) {
        next[cell] = ends.length;
        ends.push(undefined);
        for (let i = 0; i < width; i++) next.push(0);
      }
      row = next[cell] as number;
    }
    ends[row] = word;
  }
  const rows = Int32Array.from(next);
  const classOf = new Uint8Array(CODES);
  for (const [code, number] of classes) classOf[code] = number;
  return (text) => findFrom(text, rows, classOf, width, ends);
}

const CODES = 128;

/** Numbers the characters of the words from 1; 0 is any other. */
function classesOf(words: readonly string[]): Map<number, number> {
  const codes = new Set([...words.join('')].map((character) => character.charCodeAt(0)));
  for (const code of codes) if (code >= CODES) throw new RangeError('Words are to be searched in ASCII only');
  return new Map([...codes].map((code, i) => [code, i + 1]));
}

function findFrom(
  text: string,
  rows: Int32Array,
  classOf: Uint8Array,
  width: number,
  ends: readonly (string | undefined)[],
): ReadonlySet<string> {
  let found = NOTHING;
  for (let from = 0; from < text.length; from++) {
    let row = 0;
    for (let at = from; at < text.length; at++) {
      const code = text.charCodeAt(at);
      row = code < CODES ? (rows[row * width + (classOf[code] as number)] as number) : 0;
      if (row === 0) break;
      const word = ends[row];
      if (word === undefined) continue;
      if (found === NOTHING) found = new Set();
      (found as Set<string>).add(word);
    }
  }
  return found;
}

const NOTHING: ReadonlySet<string> = new Set();

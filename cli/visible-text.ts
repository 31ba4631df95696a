/** Text of others as a terminal may show it: nothing in it moves the cursor, colors, hides or turns the direction. */

// Tabs and line feeds stay.
const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u2028\u2029\u202A-\u202E\u2066-\u2069]/g;

const hex = (character: string, digits: number): string =>
  (character.codePointAt(0) ?? 0).toString(16).toUpperCase().padStart(digits, '0');

/** Shows what a terminal would obey as what it is: `<1B>`. A carriage return before a line feed is a line's end. */
export const visible = (text: string): string =>
  text.replaceAll('\r\n', '\n').replace(OBEYED, (character) => `<${hex(character, 2)}>`);

/** The same for every text in what the API answered. */
export function visibleIn<Value>(value: Value): Value {
  if (typeof value === 'string') return visible(value) as Value;
  if (Array.isArray(value)) return value.map(visibleIn) as Value;
  if (typeof value !== 'object' || value === null) return value;
  return Object.fromEntries(Object.entries(value).map(([key, part]) => [visible(key), visibleIn(part)])) as Value;
}

/** JSON that says the same, with escapes for what a terminal would obey. */
export const visibleJson = (value: unknown, indent?: number): string =>
  JSON.stringify(value, null, indent).replace(OBEYED, (character) => `\\u${hex(character, 4)}`);

// biome-ignore lint/suspicious/noControlCharactersInRegex: bold, dim and the colors, as picocolors writes them
const COLOR = /\u001B\[(?:1|2|22|3\d)m/g;

/** Keeps the colors that we gave ourselves, and shows everything else that a terminal would obey. */
export function visibleButColors(text: string): string {
  const colors = text.match(COLOR) ?? [];
  return text
    .split(COLOR)
    .map((piece, index) => visible(piece) + (colors[index] ?? ''))
    .join('');
}

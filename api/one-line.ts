/** Text of others on one short line, with nothing in it that a terminal or a browser would obey. */

const OBEYED =
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are what is looked for
  /[\u0000-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Blanks become one, control characters and marks of direction are shown: `<1B>`. */
export function oneLine(text: string, most = 200): string {
  const line = text
    .trim()
    .replaceAll(/\s+/g, ' ')
    .replace(OBEYED, (character) => `<${character.charCodeAt(0).toString(16).toUpperCase().padStart(2, '0')}>`);
  const characters = [...line];
  return characters.length <= most ? line : `${characters.slice(0, most - 1).join('')}…`;
}

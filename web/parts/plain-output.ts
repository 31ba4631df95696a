/** What a command printed as text: without colors, and lines that were written over as they stood in the end. Pure. */

// biome-ignore-start lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
/** CSI, then OSC, DCS and other strings up to their end, then the short sequences; in their 7-bit and 8-bit forms. */
const ESCAPES =
  /(?:\u001B\[|\u009B)[0-?]*[ -/]*[@-~]|(?:\u001B[\]PX^_]|[\u0090\u0098\u009D-\u009F])[^\u0007\u001B\u009C]*(?:\u0007|\u001B\\|\u009C|$)?|\u001B[ -/]*[0-~]?/g;
/** All but tab and line feed. */
const CONTROLS = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/g;
/** Colors and moves of the cursor: what only a terminal can show. */
const NEEDS_TERMINAL = /\u001B\[[0-?]*[ -/]*[@-~]|\r(?!\n|\r|$)/;
// biome-ignore-end lint/suspicious/noControlCharactersInRegex: see above

export const needsTerminal = (output: string): boolean => NEEDS_TERMINAL.test(output);

export const plainOutput = (output: string): string =>
  output
    .replace(ESCAPES, '')
    .replaceAll(/\r+\n/g, '\n')
    .split('\n')
    .map((line) => overwritten(line).replace(CONTROLS, ''))
    .join('\n');

/** A carriage return goes back to the start of the line, and what is written next covers what stands there. */
function overwritten(line: string): string {
  if (!line.includes('\r')) return line;
  return line.split('\r').reduce((below, above) => above + below.slice(above.length), '');
}

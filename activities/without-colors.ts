/** Removes colours from what a command printed. Pure. */

// biome-ignore lint/suspicious/noControlCharactersInRegex: escape sequences are what is looked for
const COLORS = /\u001B\[[\d;:]*[mK]/g;

/** Removes the sequences that color text, and those that color a line to its end. Every other control character stays. */
export const withoutColors = (text: string): string => text.replace(COLORS, '');

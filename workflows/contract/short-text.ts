/** Texts of others, made to fit where they are shown. Pure. */

/** The text with each run of spaces and line breaks as one space. */
export const oneLine = (text: string): string => text.trim().replaceAll(/\s+/g, ' ');

/** At most so many characters; a longer text ends with "…". */
export const cut = (text: string, most: number): string =>
  text.length <= most ? text : `${text.slice(0, most - 1).toWellFormed()}…`;

/** A readable key for a new epic, which becomes its id and part of its branches. Pure. */

/** "search-the-catalogue-a1b2c3" of a title and six random digits; only the digits of a title without letters. */
export const epicKey = (title: string, random: string): string => [slug(title), random].filter(Boolean).join('-');

/** The words of a text in at most 40 of a-z, 0-9 and "-". */
export const slug = (text: string): string =>
  text
    .normalize('NFKD')
    .toLowerCase()
    .replace(/[^a-z0-9]+/g, '-')
    .slice(0, 40)
    .replace(/^-+|-+$/g, '');

/** The title of an epic or a task. */
import { z } from 'zod';

const LONGEST = 200;
/** Neither control and format characters (escapes, changes of direction) nor blanks. */
const SEEN = /[^\p{Cc}\p{Cf}\p{Z}]/u;

export const titleOf = (what: string) =>
  z
    .string({ error: `give ${what} a title` })
    .trim()
    .min(1, `give ${what} a title`)
    .max(LONGEST, `a title has at most ${LONGEST} characters; put the rest into the description`)
    .refine((title) => title === '' || SEEN.test(title), `give ${what} a title of characters that can be seen`);

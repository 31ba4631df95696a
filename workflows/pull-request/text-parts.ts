/** The text of a pull request out of its sections, short enough for every forge. Pure. */
import { cut } from '../contract/short-text.ts';

/** GitHub refuses a body of more than 65,536 characters, and the section about criteria takes some (activities/criteria). */
const MOST_CHARACTERS = 50_000;

/** Characters of texts by somebody else: a longer one is cut, so that it leaves room for the others. */
export const MOST_OF_DESCRIPTION = 20_000;
export const MOST_OF_SECTION = 10_000;

/** The sections that there are, one below the other. */
export const bodyOf = (sections: readonly (string | undefined)[]): string =>
  cut(sections.filter(Boolean).join('\n\n'), MOST_CHARACTERS);

/** Marks that turn the direction of text, shown as their codes. Pure. */

const DIRECTIONS = /[\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/g;

/** Such a mark turns what stands beside the text too, and one of them ends what isolates them. */
export const withoutDirections = (text: string): string =>
  text.replaceAll(DIRECTIONS, (mark) => `⟨U+${mark.charCodeAt(0).toString(16).toUpperCase().padStart(4, '0')}⟩`);

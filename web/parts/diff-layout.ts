/** Where the files of a diff stand on the page, and what of them is in view: heights in px, without drawing. Pure. */
import type { DiffFile } from '../data/diffs.ts';
import type { Shape } from './patch-rows.ts';

export const ROW = 20;
/** What the bar and the shell cover of the page's top. */
export const COVERED = 52 + 44;
export const FILE_HEAD = 40;
const GAP = 12;
/** Rows of a file whose patch was not read yet are taken for as many as its changed lines, up to what one piece holds. */
const MOST_GUESSED = 4_000;
/** Browsers know no page that is higher than 33 million px. */
export const MOST_HEIGHT = 30_000_000;
const FEW_LINES = 3_000;
const FEW_FILES = 100;

/** What a person folded or unfolded, over how the diff began. */
export interface Folds {
  readonly all: boolean | undefined;
  readonly single: ReadonlyMap<string, boolean>;
}
export const NO_FOLDS: Folds = { all: undefined, single: new Map() };

const linesOf = ({ additions, deletions }: DiffFile): number => additions + deletions;

/** A small diff is there to be read at once, but for what nobody reads; a large one begins as a list of files. */
export function startsUnfolded(files: readonly DiffFile[]): (file: DiffFile) => boolean {
  const written = files.filter(({ isGenerated }) => !isGenerated);
  const isSmall = written.length <= FEW_FILES && written.reduce((sum, file) => sum + linesOf(file), 0) <= FEW_LINES;
  return ({ isGenerated }) => isSmall && !isGenerated;
}

export const isUnfolded = (folds: Folds, starts: (file: DiffFile) => boolean, file: DiffFile): boolean =>
  folds.single.get(file.path) ?? folds.all ?? starts(file);

export const toggled = (folds: Folds, path: string, isOpen: boolean): Folds => ({
  ...folds,
  single: new Map(folds.single).set(path, isOpen),
});

/** Of the code's font at 12 px, as wide as the common ones are; a wider one scrolls within its row. */
const CHARACTER = 7.25;
const GUTTER = 7 * CHARACTER;
const SIGN = 2 * CHARACTER;
/** Beside the text of a comment, with its border. */
const COMMENT_EDGES = 3 * CHARACTER + 4;
/** Prose in longer lines is hard to read, and in shorter ones, too. */
const MOST_PROSE = 100;
const LEAST_PROSE = 40;

/** What fits into the rows of a page that is so many px wide. */
export function shapeOf(pageWidth: number, isSplit: boolean): Shape {
  const width = pageWidth - 4;
  const prose = (room: number) => Math.min(MOST_PROSE, Math.floor((room - COMMENT_EDGES) / CHARACTER));
  const isBeside = isSplit && prose(width / 2) >= LEAST_PROSE;
  return {
    isSplit,
    columns: Math.max(8, Math.floor((width / 2 - GUTTER - SIGN) / CHARACTER)),
    wideColumns: Math.max(8, Math.floor((width - (isSplit ? 10 : 2 * GUTTER + SIGN)) / CHARACTER)),
    comments: { isBeside, columns: Math.max(8, prose(isBeside ? width / 2 : width)) },
  };
}

/** Of a patch that was not read yet, with so many rows of comments. */
export const guessRows = (file: DiffFile, comments = 0): number => Math.min(MOST_GUESSED, linesOf(file) + 8) + comments;

/** Above each file, and after the last one the height of all. `rows` is undefined of a file that is folded. */
export function fileOffsets(rows: readonly (number | undefined)[]): readonly number[] {
  const starts = [0];
  for (const count of rows) {
    starts.push((starts.at(-1) as number) + FILE_HEAD + GAP + (count === undefined ? 0 : count * ROW));
  }
  return starts;
}

/** How many rows stay in view above one that is gone to, for what it is about. */
const ROWS_ABOVE = 4;

/** Where the page begins when one goes to a row of a file: below the file's head, which stays in view. */
export const heightOfRow = (start: number, row: number): number => start + Math.max(0, row - ROWS_ABOVE) * ROW;

/** The file that stands at a height: the last one that begins at or above it. */
export function fileAt(starts: readonly number[], y: number): number {
  let [low, high] = [0, Math.max(0, starts.length - 2)];
  while (low < high) {
    const middle = Math.ceil((low + high) / 2);
    if ((starts[middle] as number) <= y) low = middle;
    else high = middle - 1;
  }
  return low;
}

export interface View {
  readonly top: number;
  readonly bottom: number;
}

/** From which row to which (not included) something of a file that begins at `start` is in view. */
export function rowsInView(start: number, count: number, { top, bottom }: View): readonly [number, number] {
  const body = start + FILE_HEAD;
  const first = Math.min(count, Math.max(0, Math.floor((top - body) / ROW)));
  return [first, Math.max(first, Math.min(count, Math.ceil((bottom - body) / ROW)))];
}

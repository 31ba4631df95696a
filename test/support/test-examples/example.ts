/** Made changes to small test files, each with what should be said about it. */

/** A text of the file and what takes its place; `/^/` puts it before all. */
export type Edit = readonly [from: string | RegExp, to: string];

export interface Ecosystem {
  readonly title: string;
  readonly path: string;
  readonly text: string;
  /** Found, with what the finding says. */
  readonly weaken: readonly (readonly [says: RegExp, ...edits: Edit[]])[];
  /** Nothing is said. */
  readonly honest: readonly (readonly [what: string, ...edits: Edit[]])[];
  /** New names under which the file still runs, and under which it does not. */
  readonly names?: { readonly runs: readonly string[]; readonly lost: readonly string[] };
}

export const edited = (text: string, edits: readonly Edit[]): string =>
  edits.reduce((all, [from, to]) => {
    const next = all.replace(from, () => to);
    if (next === all) throw new Error(`Nothing in the example fits ${from}`);
    return next;
  }, text);

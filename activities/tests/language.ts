/** How tests of one kind are written: the data that readers, findings and docs/agents.md share. */

/** A way to put tests out of use, as a pattern over code; one new match is one finding. */
export interface Marker {
  /** As people write it, for the table of docs/agents.md. */
  readonly shown: string;
  readonly pattern: RegExp;
  /** Comments are searched too: some runners read them. */
  readonly inComments?: true;
  /** Ordinary in a new test, a finding in one that ran without it. */
  readonly inKnown?: true;
}

/** How runners name a run of a case, where it is more than the case's own name. Its own name alone fits always. */
export interface RunIds {
  /** Stand between the names of the groups, if there are any, and of the case. */
  readonly joined?: readonly string[];
  /** Divides an id that is a path: the names of the groups belong to it, and what the text does not show may come before. */
  readonly path?: string;
  /** The suffix that a runner appends to a name, such as the values of a parametrised test. */
  readonly added?: RegExp;
  /** Stands in the place of white space. */
  readonly space?: string;
}

export interface Language {
  readonly title: string;
  /** The runner that people would name. */
  readonly runner: string;
  /** Which files are written in it. */
  readonly files: RegExp;
  /**
   * Names that runners collect, the surest first: a file whose new name only fits a later one, or none, no longer runs.
   * Empty: any name runs, or a build file decides.
   */
  readonly collected: readonly RegExp[];
  /** The same as people write them. */
  readonly names: readonly string[];
  /** Fits a test file wherever it lies, in `testPaths` or not. */
  readonly anywhere?: RegExp;
  /** Tests that stand in a file beside code: only a file with this in it is one. */
  readonly inline?: RegExp;
  /** The file of @repomix/tree-sitter-wasms; without it lines and their indentation are read. */
  readonly grammar?: string;
  /** Types of the nodes that declare functions, classes and modules. */
  readonly declarations?: readonly string[];
  /** Types of the nodes that call something with a name and a block. */
  readonly calls?: readonly string[];
  /** Begins a comment that ends with its line. */
  readonly comment: '#' | '//' | '--';
  /** Beginnings of declarations, with the test's name as group `name`. */
  readonly cases: readonly RegExp[];
  readonly groups: readonly RegExp[];
  /** Declarations within which nothing is collected. */
  readonly closed?: readonly RegExp[];
  /** Starts the tests of the file: without it none runs. */
  readonly starts?: RegExp;
  /** Cases with such a name run only with this in their text, comments included. */
  readonly runs?: { readonly name: RegExp; readonly when: RegExp };
  readonly runIds?: RunIds;
  /** Comments before a declaration belong to it. */
  readonly hasDocComments?: true;
  readonly markers: readonly Marker[];
  /** Adds to the usual ones of assertions.ts. */
  readonly assertions?: RegExp;
  /** Ends before the bracket of a list of values, with each of which a test runs once. */
  readonly rows?: RegExp;
  /** One match for each set of values. */
  readonly row?: RegExp;
  /** A later declaration of the same name replaces an earlier one. */
  readonly isLastKept?: true;
  /** A file without cases is a test as a whole. */
  readonly isScript?: true;
}

/** A marker that is a word of code. */
export const marker = (shown: string, pattern: RegExp): Marker => ({ shown, pattern: global(pattern) });
export const commentMarker = (shown: string, pattern: RegExp): Marker => ({
  shown,
  pattern: global(pattern),
  inComments: true,
});

/** A word of code that is ordinary in a new test. */
export const condition = (shown: string, pattern: RegExp): Marker => ({ ...marker(shown, pattern), inKnown: true });

const global = ({ source, flags }: RegExp): RegExp => new RegExp(source, [...new Set(`${flags}gm`)].join(''));

/** Labels by which builds usually leave tests out. */
export const LEFT_OUT =
  /(?:slow|flaky|flakey|manual|wip|skip\w*|broken|quarantined?|nightly|ignored?|disabled?|pending|todo|excluded?|unstable|known[-_ ]?\w*|not[-_ ]?ready|local[-_ ]?only|no[-_]?ci)/
    .source;

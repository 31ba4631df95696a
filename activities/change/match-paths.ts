/** Which paths a repository's globs mean: those of factory.yaml's `protectedPaths` and `testPaths`. */
import picomatch from 'picomatch';

/** A name may begin with a dot or hold a newline, and a glob means the same on every machine. */
const OPTIONS = { dot: true, nonegate: true, windows: false, flags: 's' } as const;

/**
 * Tells whether any of the globs fits a path, counted from the repository's root. One that fits a folder covers all in
 * it, so `infra`, `infra/` and `infra/**` are the same, and a link or file that takes the folder's place is covered too.
 * Brackets and parentheses are characters of names as well (`app/[id]`, `(auth)`): a path that fits either way fits.
 */
export function pathMatcher(globs: readonly string[]): (path: string) => boolean {
  const fits = globs
    .map((glob) => glob.replace(/^(\.?\/)+/, '').replace(/(\/\*\*|\/)+$/, ''))
    .flatMap((glob) => [...new Set([glob, glob.replace(/[[\]()]/g, '\\$&')])])
    .map((glob) => picomatch(glob, OPTIONS));
  return (path) => withFolders(path).some((each) => fits.some((fit) => fit(each)));
}

/** `a/b/c` becomes `a`, `a/b`, `a/b/c`. */
function withFolders(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(0, index + 1).join('/'));
}

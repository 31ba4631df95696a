/** Which paths the globs of protected groups mean: in every folder or from the root, in either case or in one. Pure. */
import picomatch from 'picomatch';

const OPTIONS = { dot: true, nonegate: true, windows: false } as const;

/**
 * A glob that begins with `/` counts from the repository's root, every other one in each folder. After `=` letters count
 * in this case only, for names that are ordinary words.
 */
export function groupMatcher(globs: readonly string[]): (path: string) => boolean {
  const inEitherCase = matcher(globs.filter(isInEitherCase), 'is');
  const exact = globs.filter((glob) => !isInEitherCase(glob));
  if (exact.length === 0) return inEitherCase;
  const inThisCase = matcher(
    exact.map((glob) => glob.slice(1)),
    's',
  );
  return (path) => inEitherCase(path) || inThisCase(path);
}

function matcher(globs: readonly string[], flags: string): (path: string) => boolean {
  const fromRoot = anyOf(globs.filter(isRooted), flags);
  const anywhere = anyOf(
    globs.filter((glob) => !isRooted(glob)),
    flags,
  );
  return (path) => fromRoot.test(path) || ends(path).some((end) => anywhere.test(end));
}

/** The folders that hold what the globs mean: `gradle` and `gradle/wrapper` for a file of `gradle/wrapper`. */
export function foldersOf(globs: readonly string[]): string[] {
  const folders = globs.flatMap((glob) => {
    const parts = glob.split('/');
    return parts.map((_, index) => parts.slice(0, index).join('/'));
  });
  return [...new Set(folders)].filter((folder) => folder !== '' && folder !== '**');
}

const isInEitherCase = (glob: string): boolean => !glob.startsWith('=');

const isRooted = (glob: string): boolean => glob.startsWith('/');

/** One expression for all, since a change can have many thousand paths. */
function anyOf(globs: readonly string[], flags: string): RegExp {
  if (globs.length === 0) return /(?!)/;
  return new RegExp(
    globs.map((glob) => picomatch.makeRe(glob.replace(/^(?:\/|\*\*\/)/, ''), OPTIONS).source).join('|'),
    flags,
  );
}

/** `a/b/c`, `b/c`, `c`. */
function ends(path: string): string[] {
  const parts = path.split('/');
  return parts.map((_, index) => parts.slice(index).join('/'));
}

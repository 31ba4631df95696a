/** Values that the base holds already, such as test keys of the repository: they are no news in a change. */
import { type GitRepo, gitResult } from '../../clients/git/git.ts';

export interface Sought {
  /** Stands for text and file; the same for the same. */
  readonly name: string;
  readonly text: string;
  /** Only this file of the base counts. */
  readonly file?: string | undefined;
}

/** By repository, commit and name, since a value is looked for with each turn's checkpoint. */
const known = new Map<string, boolean>();
const MOST_KNOWN = 10_000;

/** Git looks for each line by itself. Counted without regard to what is known, so that a scan that runs again finds the same. */
export const MOST_LINES = 300;
/** Shorter lines of a long value may stand in any file. */
const LONG_LINE = 32;
const LARGEST_ANSWER_BYTES = 16 * 1024 * 1024;

/** Names of those that a commit's files hold, each in one file. Those beyond MOST_LINES count as not held. */
export async function namesHeld(
  { gitDir, signal }: GitRepo,
  { sha, sought }: { readonly sha: string; readonly sought: readonly Sought[] },
): Promise<Set<string>> {
  if (known.size > MOST_KNOWN) known.clear();
  let left = MOST_LINES;
  const asked = sought
    .map((one) => ({ ...one, lines: linesOf(one.text), id: `${gitDir} ${sha} ${one.name}` }))
    .filter(({ lines }) => {
      left -= lines.length;
      return left >= 0;
    });
  const held = new Set(asked.filter(({ id }) => known.get(id) === true).map(({ name }) => name));
  const open = asked.filter(({ id }) => !known.has(id));
  if (open.length === 0) return held;
  const lines = new Set(open.flatMap((one) => one.lines));
  const { files, isWhole } = await findLines({ gitDir, signal }, sha, [...lines]);
  for (const { id, name, lines, file } of open) {
    const candidates = file === undefined ? [...files.values()] : [files.get(file) ?? []];
    const isHeld = candidates.some((found) => lines.every((line) => holds(found, line)));
    if (isHeld) held.add(name);
    // A commit is never changed.
    if (isHeld || isWhole) known.set(id, isHeld);
  }
  return held;
}

/** The first line of a key may be the same for all of its type, so all long lines count. */
function linesOf(text: string): string[] {
  const lines = text.split(/[\r\n]+/).flatMap((line) => line.trim() || []);
  const long = lines.filter((line) => line.length >= LONG_LINE);
  return long.length > 0 ? long : lines;
}

/** By file, the parts of its lines that are sought. */
async function findLines(repo: GitRepo, sha: string, lines: readonly string[]) {
  const shape = ['--only-matching', '--null', '--text', '--no-color', '--no-line-number', '--no-column', '--full-name'];
  // As input, because arguments of a process can be seen by others.
  const args = ['grep', ...shape, '--fixed-strings', '-f', '-', sha];
  const input = `${lines.join('\n')}\n`;
  const { exitCode, truncated, stdout } = await gitResult(repo, args, { input, maxBytes: LARGEST_ANSWER_BYTES });
  const files = new Map<string, Set<string>>();
  for (const row of stdout.split('\n')) {
    const [name = '', found] = row.split('\0');
    if (found === undefined) continue;
    const file = name.slice(sha.length + 1);
    files.set(file, (files.get(file) ?? new Set()).add(found));
  }
  // A commit that is not here says nothing, and may come.
  return { files, isWhole: !truncated && (exitCode === 0 || exitCode === 1) };
}

/** Git reports the longer one of two that overlap. */
function holds(found: Iterable<string>, line: string): boolean {
  const all = [...found];
  return all.includes(line) || all.some((each) => each.includes(line));
}

/** Reading and moving refs: many at once, and never without saying what is expected to be there. */
import { isGitFailure } from './failures.ts';
import { type GitPlace, git } from './git.ts';

export interface Ref {
  readonly sha: string;
  readonly tree: string;
  /** The commit's message. */
  readonly message: string;
}

/** What there is of these refs, in one process. A name also stands for all refs below it. */
export async function readRefs(place: GitPlace, names: readonly string[]): Promise<Map<string, Ref>> {
  const format = '%(refname)%00%(objectname)%00%(tree)%00%(contents)%00';
  const fields = (await git(place, ['for-each-ref', `--format=${format}`, ...names])).split('\0');
  const refs = new Map<string, Ref>();
  for (let i = 0; i + 3 < fields.length; i += 4) {
    const [name = '', sha = '', tree = '', message = ''] = fields.slice(i, i + 4);
    refs.set(name.trimStart(), { sha, tree, message });
  }
  return refs;
}

/** A commit that no ref needs to name. */
export async function readCommit(place: GitPlace, sha: string): Promise<Ref> {
  const text = await git(place, ['cat-file', 'commit', sha]);
  const [headers = ''] = text.split('\n\n', 1);
  return { sha, tree: headers.slice('tree '.length, 'tree '.length + 40), message: text.slice(headers.length + 2) };
}

export interface RefMove {
  readonly ref: string;
  /** Null takes the ref away. */
  readonly to: string | null;
  /** Null: there is none yet. Undefined: whatever is there. */
  readonly from: string | null | undefined;
}

const NONE = '0'.repeat(40);

/**
 * Moves all refs or none. False when one of them was not where it was expected.
 * `verify` names refs that must be where they are said to be and stay there.
 */
export async function moveRefs(
  place: GitPlace,
  moves: readonly RefMove[],
  verify: readonly { ref: string; at: string }[] = [],
): Promise<boolean> {
  const lines = [
    'start',
    ...verify.map(({ ref, at }) => `verify ${ref} ${at}`),
    ...moves.flatMap(({ ref, to, from }) => {
      const old = from === undefined ? '' : ` ${from ?? NONE}`;
      return ['option no-deref', to === null ? `delete ${ref}${old}` : `update ${ref} ${to}${old}`];
    }),
    'commit',
  ];
  try {
    await git(place, ['update-ref', '--no-deref', '--stdin'], { input: `${lines.join('\n')}\n` });
    return true;
  } catch (error) {
    if (isGitFailure(error, 'ref-moved')) return false;
    throw error;
  }
}

/** Whether all that `ancestor` holds is in `descendant`. */
export async function isAncestor(place: GitPlace, ancestor: string, descendant: string): Promise<boolean> {
  if (ancestor === descendant) return true;
  const missing = await git(place, ['rev-list', '--max-count=1', ancestor, `^${descendant}`]);
  return missing === '';
}

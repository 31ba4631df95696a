/** Reading and moving refs: many at once, and never without saying what is expected to be there. */
import { isGitFailure } from './failures.ts';
import { type GitRepo, git } from './git.ts';
import { readLoose } from './objects.ts';
import { readRefFiles } from './ref-files.ts';

/** A commit, as a ref names it. */
export interface Ref {
  readonly sha: string;
  readonly tree: string;
  readonly parents: readonly string[];
  /** The commit's message. */
  readonly message: string;
}

/** What there is of these refs of a bare repository; a ref that there is not is left out. */
export async function readRefs(repo: GitRepo, names: readonly string[]): Promise<Map<string, Ref>> {
  const shas = await readRefFiles(repo, names);
  const commits = await readCommits(repo, [...shas.values()]);
  return new Map([...shas].map(([name, sha]) => [name, commits.get(sha) as Ref]));
}

/** A commit that no ref needs to name. */
export async function readCommit(repo: GitRepo, sha: string): Promise<Ref> {
  return (await readCommits(repo, [sha])).get(sha) as Ref;
}

// A commit's name is its content, so one that was read once needs no second look.
const KNOWN = new Map<string, Ref>();
const MOST_KNOWN = 5_000;

/** The commit when no process is needed to read it: it was read before, or it is loose. */
export async function readCommitAtHand(repo: GitRepo, sha: string): Promise<Ref | undefined> {
  const known = KNOWN.get(`${repo.gitDir} ${sha}`);
  if (known !== undefined) return known;
  const text = (await readLoose(repo, sha, 'commit'))?.toString();
  if (text === undefined) return undefined;
  const end = text.indexOf('\n\n');
  const headers = text.slice(0, end).split('\n');
  const values = (name: string) =>
    headers.filter((line) => line.startsWith(`${name} `)).map((line) => line.slice(name.length + 1));
  return remember(repo, {
    sha,
    tree: values('tree')[0] ?? '',
    parents: values('parent'),
    message: text.slice(end + 2),
  });
}

function remember(repo: GitRepo, commit: Ref): Ref {
  const [oldest] = KNOWN.size < MOST_KNOWN ? [] : KNOWN.keys();
  if (oldest !== undefined) KNOWN.delete(oldest);
  KNOWN.set(`${repo.gitDir} ${commit.sha}`, commit);
  return commit;
}

/** Reads commits; those that are not cached, in one process of git. */
async function readCommits(repo: GitRepo, shas: readonly string[]): Promise<Map<string, Ref>> {
  const commits = new Map<string, Ref>();
  const missing: string[] = [];
  for (const sha of new Set(shas)) {
    const commit = await readCommitAtHand(repo, sha);
    if (commit === undefined) missing.push(sha);
    else commits.set(sha, commit);
  }
  if (missing.length === 0) return commits;
  const args = ['log', '--no-walk=unsorted', '--stdin', '--format=%H%x00%T%x00%P%x00%B%x00'];
  const fields = (await git(repo, args, { input: `${missing.join('\n')}\n` })).split('\0');
  for (let i = 0; i + 4 < fields.length; i += 4) {
    const [sha = '', tree = '', parents = '', message = ''] = fields.slice(i, i + 4);
    const commit = { sha: sha.trimStart(), tree, parents: parents.split(' ').filter((each) => each !== ''), message };
    commits.set(commit.sha, remember(repo, commit));
  }
  return commits;
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
 * Moves all refs or none, in one transaction of git's. False when one of them was not where it was expected.
 * `verify` names refs that must be where they are said to be and stay there.
 */
export async function moveRefs(
  repo: GitRepo,
  moves: readonly RefMove[],
  verify: readonly { ref: string; at: string }[] = [],
): Promise<boolean> {
  if (moves.length === 0) return true;
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
    await git(repo, ['update-ref', '--no-deref', '--stdin'], { input: `${lines.join('\n')}\n` });
    return true;
  } catch (error) {
    if (isGitFailure(error, 'ref-moved')) return false;
    throw error;
  }
}

/** Takes away every ref whose name begins with `prefix`, which ends with a slash. */
export async function removeRefs(repo: GitRepo, prefix: string): Promise<void> {
  const names = (await git(repo, ['for-each-ref', '--format=%(refname)', prefix])).split('\n').filter(Boolean);
  await moveRefs(
    repo,
    names.map((ref) => ({ ref, to: null, from: undefined })),
  );
}

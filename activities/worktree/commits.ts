/** Commits by plumbing: no checkout, no hooks, no editor. */
import { isNearAncestor } from '../../clients/git/ancestry.ts';
import { gitFailure } from '../../clients/git/failures.ts';
import { type Author, FACTORY_AUTHOR, type GitRepo, gitResult } from '../../clients/git/git.ts';
import { withMergeAttributes } from '../../clients/git/merge-attributes.ts';
import { type MergeReport, readMergeReport } from '../../clients/git/merge-report.ts';
import { writeLoose } from '../../clients/git/objects.ts';
import { readCommit } from '../../clients/git/refs.ts';
import { folderFailure } from '../../clients/git/repository.ts';
import { withoutSecrets } from '../secrets/redact.ts';

/** Trailers that the factory reads back, so nobody else may write them. */
const OWN_TRAILER = /^Factory-[A-Za-z-]+:.*$/gm;

export interface CommitInput {
  readonly tree: string;
  readonly parents: readonly string[];
  readonly message: string;
  readonly trailers?: Readonly<Record<string, string | undefined>>;
  readonly author?: Author | undefined;
  /** In seconds; now by default. */
  readonly at?: number;
}

/** Makes a commit that no branch has yet, as `git commit-tree` would. Nothing that looks like a secret is in its message. */
export async function commitTree(repo: GitRepo, input: CommitInput): Promise<string> {
  const { name, email } = input.author ?? FACTORY_AUTHOR;
  const by = `${personPart(name)} <${personPart(email)}> ${input.at ?? Math.floor(Date.now() / 1_000)} +0000`;
  const headers = [
    `tree ${input.tree}`,
    ...[...new Set(input.parents)].map((parent) => `parent ${parent}`),
    `author ${by}`,
    `committer ${by}`,
  ];
  const message = withTrailers(withoutSecrets(input.message), input.trailers ?? {});
  try {
    return await writeLoose(repo, 'commit', Buffer.from(`${headers.join('\n')}\n\n${message}`));
  } catch (error) {
    throw folderFailure(error, repo.gitDir);
  }
}

/** Without what git would take out of a name: what ends a header, and what is no part of any name at its ends. */
const personPart = (text: string): string =>
  text.replaceAll(/[<>\n\0]/g, '').replaceAll(/^[\s.,:;"\\']+|[\s.,:;"\\']+$/g, '');

/** The message with our trailers at its end, and none that somebody else wrote. */
export function withTrailers(message: string, trailers: Readonly<Record<string, string | undefined>>): string {
  const body = message.replaceAll('\0', '').replace(OWN_TRAILER, '').trim();
  const lines = Object.entries(trailers).flatMap(([name, value]) => (value === undefined ? [] : [`${name}: ${value}`]));
  return `${[body, lines.join('\n')].filter((part) => part !== '').join('\n\n')}\n`;
}

/** One of our trailers, read from a commit's message. */
export function trailer(message: string | undefined, name: string): string | undefined {
  const line = message?.split('\n').findLast((each) => each.startsWith(`${name}: `));
  return line?.slice(name.length + 2).trim();
}

export type MergedTrees =
  | { readonly kind: 'clean'; readonly tree: string }
  /** `tree` is what the merge leaves to be settled; `files` are the paths that it could not merge. */
  | { readonly kind: 'conflict'; readonly tree: string; readonly files: string[]; readonly report: MergeReport };

/**
 * Merges two commits without a worktree. The .gitattributes of `base`, one of the two, may choose among git's own merge
 * drivers (`merge=union`); nothing else does, so that a conflict is never settled by picking a side. Where one holds the
 * other there is nothing to merge.
 */
export async function mergeTrees(
  { gitDir, signal }: GitRepo,
  { ours, theirs, base }: { readonly ours: string; readonly theirs: string; readonly base: string },
): Promise<MergedTrees> {
  const repo = { gitDir, signal };
  for (const [older, newer] of [
    [theirs, ours],
    [ours, theirs],
  ] as const) {
    if (await isNearAncestor(repo, older, newer)) {
      return { kind: 'clean', tree: (await readCommit(repo, newer)).tree };
    }
  }
  const args = ['merge-tree', '--write-tree', '-z', '--messages', ours, theirs];
  const result = await withMergeAttributes(repo, base, (more) => gitResult(repo, [...more, ...args]));
  const report = readMergeReport(result.stdout);
  // It ends with 1 for a missing object as for a conflict, but then has no tree to show.
  if (result.exitCode > 1 || report.tree === '') throw gitFailure(args, result.exitCode, result.stderr);
  const { tree } = report;
  if (result.exitCode === 0) return { kind: 'clean', tree };
  const paths = [...report.stages.map(({ path }) => path), ...report.messages.flatMap((message) => message.paths)];
  return { kind: 'conflict', tree, files: [...new Set(paths)].toSorted(), report };
}

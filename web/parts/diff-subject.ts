/** Which questions the page of a diff may answer: those about the commit that is on screen, and no other. Pure. */
import type { Diff, WhichDiff } from '../data/diffs.ts';
import type { HumanRequest } from '../data/human-requests.ts';

/**
 * Open ones about this very commit, the one that the address names first. They are about all that it changes, so nobody
 * answers them where only what changed since an earlier submission is on screen.
 */
export function questionsAbout(
  open: readonly HumanRequest[],
  { request, since }: WhichDiff,
  headSha: string,
): readonly HumanRequest[] {
  if (since !== undefined) return [];
  const about = open.filter((one) => one.headSha === headSha);
  return about.toSorted((a, b) => Number(b.requestId === request) - Number(a.requestId === request));
}

type Shown = Pick<Diff, 'headSha' | 'pullRequest'>;

export interface Replacement {
  readonly headSha: string;
  /** The open question about it, where there is one. */
  readonly request: string | undefined;
}

/** The commit that has taken the place of the one on screen, as far as the latest read or an open question knows. */
export function replacement(
  open: readonly HumanRequest[],
  { request, task }: WhichDiff,
  shown: Shown,
  latest: Shown | undefined,
): Replacement | undefined {
  if (latest !== undefined && latest.headSha !== shown.headSha) {
    return { headSha: latest.headSha, request: open.find(({ headSha }) => headSha === latest.headSha)?.requestId };
  }
  // A submission is looked at for what it was; what came after it has a number of its own.
  if (task !== undefined || open.some(({ headSha }) => headSha === shown.headSha)) return undefined;
  const newer = open.find(
    ({ requestId, pullRequest, headSha }) =>
      headSha !== null && (requestId === request || (pullRequest !== null && pullRequest === shown.pullRequest)),
  );
  return newer?.headSha == null ? undefined : { headSha: newer.headSha, request: newer.requestId };
}

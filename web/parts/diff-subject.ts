/** Which questions the page of a diff may answer: those about the commit that is on screen, and no other. Pure. */
import type { Diff, WhichDiff } from '../data/diffs.ts';
import type { HumanRequest } from '../data/human-requests.ts';

/** Open ones about this very commit, the one that the address names first. */
export function questionsAbout(
  open: readonly HumanRequest[],
  { request }: WhichDiff,
  headSha: string,
): readonly HumanRequest[] {
  const about = open.filter((one) => one.headSha === headSha);
  return about.toSorted((a, b) => Number(b.requestId === request) - Number(a.requestId === request));
}

type Shown = Pick<Diff, 'headSha' | 'pullRequest'>;

/** The commit that has taken the place of the one on screen, as far as the latest read or an open question knows. */
export function replacement(
  open: readonly HumanRequest[],
  { request }: WhichDiff,
  shown: Shown,
  latest: Shown | undefined,
): string | undefined {
  if (latest !== undefined && latest.headSha !== shown.headSha) return latest.headSha;
  const anew = open.find(
    ({ requestId, pullRequest, headSha }) =>
      headSha !== null && (requestId === request || (pullRequest !== null && pullRequest === shown.pullRequest)),
  );
  const isAsked = open.some(({ headSha }) => headSha === shown.headSha);
  return anew?.headSha == null || isAsked ? undefined : anew.headSha;
}

/** Questions that take the place of others while somebody looks. Pure. */
import type { HumanRequest } from '../data/human-requests.ts';

type Asked = Pick<HumanRequest, 'epicId' | 'taskKey' | 'kind' | 'headSha'>;

export const subjectKey = ({ epicId, taskKey, kind }: Asked): string => `${epicId}/${taskKey ?? ''}/${kind}`;

/**
 * The commit that an earlier question about the same was about, where that was another one: a person who clicks
 * may still have that one in mind. `seen` is what was on screen first, or was looked at since, by subject; subjects with several
 * questions at once are told apart by their words alone.
 */
export function replacedCommit(
  asked: Asked,
  all: readonly Asked[],
  seen: ReadonlyMap<string, string>,
): string | undefined {
  const subject = subjectKey(asked);
  const before = seen.get(subject);
  if (asked.headSha === null || before === undefined || before === asked.headSha) return undefined;
  return all.filter((other) => subjectKey(other) === subject).length === 1 ? before : undefined;
}

/** Adds the first commit of each subject that had none so far. */
export function withFirst(seen: ReadonlyMap<string, string>, all: readonly Asked[]): ReadonlyMap<string, string> {
  const first = all.filter((asked) => asked.headSha !== null && !seen.has(subjectKey(asked)));
  if (first.length === 0) return seen;
  return new Map([...seen, ...first.map((asked) => [subjectKey(asked), asked.headSha ?? ''] as const)]);
}

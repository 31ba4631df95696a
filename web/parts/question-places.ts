/** Questions that take the place of others while somebody looks. Pure. */
import type { HumanRequest } from '../data/human-requests.ts';

type Asked = Pick<HumanRequest, 'epicId' | 'taskKey' | 'kind' | 'headSha'>;

export const placeOf = ({ epicId, taskKey, kind }: Asked): string => `${epicId}/${taskKey ?? ''}/${kind}`;

/**
 * The commit that was asked about in the place of this question before, where that was another one: whoever clicks may
 * still have that one in mind. `seen` is what was on screen first, or was looked at since, by place; places with several
 * questions at once are told apart by their words alone.
 */
export function replacedCommit(
  asked: Asked,
  all: readonly Asked[],
  seen: ReadonlyMap<string, string>,
): string | undefined {
  const place = placeOf(asked);
  const before = seen.get(place);
  if (asked.headSha === null || before === undefined || before === asked.headSha) return undefined;
  return all.filter((other) => placeOf(other) === place).length === 1 ? before : undefined;
}

/** With the commits of places that had none so far. */
export function withFirst(seen: ReadonlyMap<string, string>, all: readonly Asked[]): ReadonlyMap<string, string> {
  const first = all.filter((asked) => asked.headSha !== null && !seen.has(placeOf(asked)));
  if (first.length === 0) return seen;
  return new Map([...seen, ...first.map((asked) => [placeOf(asked), asked.headSha ?? ''] as const)]);
}

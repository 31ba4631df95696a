/** The folders of this host in the place of a recording's marks, and the other way round. */
import { mapTexts } from '../../workflows/contract/map-texts.ts';
import { HOST_MARK, WORKTREES_MARK } from '../../workflows/contract/recording.ts';

export interface Folders {
  /** Where the worktrees are, once a request has said so. */
  readonly worktrees: string | undefined;
}

/** Finds out where this host's worktrees are, from a text that names one and its recorded counterpart. */
export function findFolders(recorded: string, now: string): Folders {
  const start = recorded.indexOf(`${WORKTREES_MARK}/`);
  if (start === -1) return { worktrees: undefined };
  const [rest = ''] = /^[^\s'"`,]+/.exec(recorded.slice(start + WORKTREES_MARK.length)) ?? [];
  // A path at the end of a sentence has its full stop here, too.
  const end = now.indexOf(rest);
  if (rest.length < 3 || end === -1) return { worktrees: undefined };
  const [worktrees] = /\/[^\s'"`,]*$/.exec(now.slice(0, end)) ?? [];
  return { worktrees };
}

const hostOf = (worktrees: string): string | undefined => /^(.*\/hosts\/[^/]+)\/worktrees$/.exec(worktrees)?.[1];

export function withMarks(text: string, { worktrees }: Folders): string {
  if (worktrees === undefined) return text;
  const host = hostOf(worktrees);
  const marked = text.replaceAll(worktrees, WORKTREES_MARK);
  return host === undefined ? marked : marked.replaceAll(host, HOST_MARK);
}

export const withFolders = <Value>(value: Value, folders: Folders): Value =>
  mapTexts(value, (text) => filled(text, folders));

function filled(text: string, { worktrees }: Folders): string {
  if (worktrees === undefined) return text;
  return text.replaceAll(WORKTREES_MARK, worktrees).replaceAll(HOST_MARK, hostOf(worktrees) ?? HOST_MARK);
}

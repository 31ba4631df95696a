/** What it means for the workflow that owns a pull request when somebody changed that on the forge. Pure. */
import type { Feedback, PullRequestView, SeenPullRequest } from '../contract/pull-request.ts';
import type { PullRequestMemory } from './state.ts';

export type News =
  | { readonly kind: 'merged'; readonly mergedSha: string }
  | { readonly kind: 'closed' }
  /** The branch is not where it was left: somebody pushed to it, or rewrote it. */
  | { readonly kind: 'pushed' }
  | { readonly kind: 'said'; readonly said: readonly Feedback[] };

/** The same for the same news, and short: what was said goes by its ids. */
export const nameOfNews = (news: News): string => JSON.stringify(news, ['kind', 'mergedSha', 'said', 'id']);

/** The weightiest thing that is new; what lies beneath it is new again once that is dealt with. */
export function newsOf(
  known: PullRequestView | undefined,
  memory: PullRequestMemory,
  seen: SeenPullRequest | undefined,
): News | undefined {
  if (known === undefined || known.state === 'merged') return undefined;
  if (seen?.state === 'merged' && seen.mergedSha !== undefined) return { kind: 'merged', mergedSha: seen.mergedSha };
  if (seen?.state === 'closed' && memory.isReopening !== true) return { kind: 'closed' };
  if (memory.headMoved !== undefined) return { kind: 'pushed' };
  if (seen === undefined) return undefined;
  // A forge may name an earlier head of ours for a while after a push.
  if (seen.headSha !== known.headSha && !memory.heads.includes(seen.headSha)) return { kind: 'pushed' };
  const said = unheard(memory, seen);
  return said.length > 0 ? { kind: 'said', said } : undefined;
}

/** What people said that is not taken up yet; an approval asks for nothing. */
export const unheard = (memory: PullRequestMemory, { feedback }: SeenPullRequest): Feedback[] =>
  feedback.filter(({ id, kind }) => kind !== 'approval' && !memory.heard.includes(id));

/** The approvals of exactly this commit, which no later push inherits, and which were not dropped. */
export const approvalsOf = (
  seen: SeenPullRequest | undefined,
  { heard }: PullRequestMemory,
  headSha: string,
): readonly Feedback[] =>
  seen?.feedback.filter(({ id, kind, headSha: of }) => kind === 'approval' && of === headSha && !heard.includes(id)) ??
  [];

/** What people said, for an agent or a task's description, each with where it was said. */
export function textOf(said: readonly Feedback[]): string {
  return said.map((one) => `${lineOf(one)}${said.length > 1 ? `${one.by}: ` : ''}${one.body}`).join('\n\n');
}

export const speakers = (said: readonly Feedback[]): string => [...new Set(said.map(({ by }) => by))].join(', ');

function lineOf({ path, line }: Feedback): string {
  if (path === undefined) return '';
  return `${path}${line === undefined ? '' : `:${line}`}: `;
}

/** A merge approval is given to the epic, or on the forge: an approval there of exactly this commit is the same. */
import { CancellationScope, condition } from '@temporalio/workflow';
import type { Feedback } from '../contract/pull-request.ts';
import type { RepositoryPolicy } from '../contract/settings.ts';
import type { PersonAnswered } from '../contract/task.ts';
import { approvalsOf } from './news.ts';
import { noteApprovals, type PullRequestMemory } from './state.ts';
import type { Watch } from './watch.ts';

/** What a person must know before merging something that no check has looked at. */
export function unverified({ verify }: RepositoryPolicy, noTests: readonly string[] = []): string {
  if (verify.length === 0) return ' Nothing was verified: factory.yaml has no verify.';
  return noTests.length === 0 ? '' : ` No test was run by: ${noTests.join(', ')}.`;
}

export interface Approvable {
  readonly memory: PullRequestMemory;
  readonly headSha: string;
  /** The request's answer. */
  readonly answered: Promise<PersonAnswered>;
  /** Whether the request can be answered yet: an approval of the forge may be older than it. */
  readonly isOpen: () => boolean;
  /** Answers the request. */
  readonly approve: (verdict: { by: string; headSha: string; comment?: string }) => Promise<unknown>;
}

/** Resolves with the request's answer, whichever way it comes. */
export async function answeredAnywhere(
  watch: Watch,
  { memory, headSha, answered, isOpen, approve }: Approvable,
): Promise<PersonAnswered> {
  const approvals = () => approvalsOf(watch.seen(), memory, headSha);
  const passingOn = new CancellationScope();
  passingOn
    .run(async () => {
      await condition(() => isOpen() && approvals().length > 0);
      const { by, body } = approvals()[0] as Feedback;
      await approve({ by, headSha, ...(body === '' ? {} : { comment: body }) });
    })
    // Cancelled when the answer came another way; an epic that has closed needs none.
    .catch(() => undefined);
  try {
    const answer = await answered;
    noteApprovals(memory, approvals());
    return answer;
  } finally {
    passingOn.cancel();
  }
}

/** What a question about checks or set-up says of factory.yaml of the base branch, which may be adopted with its answer. */

import { isCancellation } from '@temporalio/workflow';
import { brieflyFactory } from './activities.ts';
import { defined } from './contract/optional-fields.ts';
import type { PolicyNews } from './contract/policy.ts';
import type { EpicSettings } from './contract/settings.ts';

interface Asked {
  readonly question: string;
  readonly options: string[];
}

/** What a question says of factory.yaml, and the name of that. */
export interface Offer {
  readonly note: string;
  readonly shown?: string;
}

const MOST_OF_NOTE = 3_000;

/** The question with `adopt` among its options. */
export async function offering<Asking extends Asked>(settings: EpicSettings, asking: Asking) {
  const { question: plain, options } = asking;
  const { note, shown } = offerOf(await readNews(settings), settings);
  return {
    ...asking,
    question: `${plain} ${note}`,
    options: options.flatMap((option) => (option === 'retry' ? ['retry', 'adopt'] : [option])),
    policy: { plain, ...defined({ shown }) },
  };
}

/** Undefined when the forge does not say; a person's answer must not wait for it. */
export async function readNews(settings: EpicSettings, concurrency?: number): Promise<PolicyNews | undefined> {
  const { repository, baseBranch, policy, policyHash, firstPolicy } = settings;
  try {
    return await brieflyFactory.readBasePolicy(`factory.yaml of ${baseBranch}`, {
      repository,
      baseBranch,
      policy,
      policyHash,
      ...defined({ firstPolicy, concurrency }),
    });
  } catch (error) {
    if (isCancellation(error)) throw error;
    return undefined;
  }
}

export function offerOf(news: PolicyNews | undefined, { baseBranch }: Pick<EpicSettings, 'baseBranch'>): Offer {
  switch (news?.kind) {
    case 'differs': {
      const { baseSha, changes, policyHash } = news;
      const what = `factory.yaml of ${baseBranch} at ${baseSha.slice(0, 12)} differs from the one that this epic uses: ${changes.join('; ').slice(0, MOST_OF_NOTE)}.`;
      const note = `${what}${lessWords(news.weaker)} Choose adopt${named(news)} to use it in this epic from now on, or retry to keep the one that the epic has.`;
      return { note, shown: policyHash };
    }
    case 'broken':
      return {
        note: `factory.yaml of ${baseBranch} cannot be adopted as it is: ${news.reason.slice(0, MOST_OF_NOTE)}`,
        shown: news.reason.slice(0, 200),
      };
    default:
      return {
        note: `If factory.yaml is to blame, fix it on ${baseBranch}, then choose adopt: this epic uses it from then on.`,
      };
  }
}

/** A policy as people name it in an answer. */
export const nameOf = (policyHash: string): string => policyHash.slice(0, 8);

const named = ({ weaker, policyHash }: { readonly weaker: readonly string[]; readonly policyHash: string }): string =>
  weaker.length === 0 ? '' : ` with the answer ${nameOf(policyHash)}`;

const lessWords = (weaker: readonly string[]): string =>
  weaker.length === 0 ? '' : ` It protects less: ${weaker.join('; ')}.`;

/** Adopts factory.yaml of the base branch for an epic under way: only when a person says so, and knows what it changes. */
import { CancellationScope, patched } from '@temporalio/workflow';
import { sendAdopted } from '../adopted-policy.ts';
import type { PolicyNews } from '../contract/policy.ts';
import type { EpicSettings } from '../contract/settings.ts';
import { nameOf, offerOf, readNews } from '../policy-offer.ts';
import { adoptInto } from '../settings-state.ts';
import type { Epic } from './context.ts';
import { dropMergeApproval } from './merging-state.ts';
import { amend } from './requests.ts';
import type { EpicRequest } from './state.ts';

/**
 * What an answer to a question about checks or set-up means for the policy. Undefined when the answer may have its
 * effect, the adoption included; else why the question stays open, which says by then what differs. `retry` goes on with
 * the pinned policy once the question has said that the base has another one. `adopt` of one that protects less names it:
 * an answer that is sent twice must not count as one that was read.
 */
export async function settlePolicy(
  epic: Epic,
  request: EpicRequest | undefined,
  { decision, by, answer }: { readonly decision: string; readonly by: string; readonly answer?: string | undefined },
): Promise<string | undefined> {
  const { data } = epic;
  const { settings } = data;
  if (settings === undefined || request?.policy === undefined) return undefined;
  if (decision !== 'retry' && decision !== 'adopt') return undefined;
  const { requestId } = request;
  const news = await readNews(settings, data.input.concurrency);
  const now = data.requests.find((one) => one.requestId === requestId);
  // Somebody else has answered meanwhile, or adopted the same.
  if (now?.state !== 'open' || (news?.kind === 'differs' && news.policyHash === settings.policyHash)) return undefined;
  const offer = offerOf(news, settings);
  if (decision === 'retry') {
    if (offer.shown === undefined || offer.shown === now.policy?.shown) return undefined;
    return leaveOpen(offer.note);
  }
  if (news?.kind === 'differs' && (news.weaker.length === 0 || answer?.trim() === nameOf(news.policyHash))) {
    await adopt(epic, { settings, news, by });
    return undefined;
  }
  return leaveOpen(whyNot(news, settings, offer.note));

  function leaveOpen(words: string): string {
    amend(data.requests, requestId, { ...offer, note: words });
    epic.logLine({
      actor: by,
      kind: 'refusal',
      decision: `${decision} settles nothing yet`,
      reason: words,
      taskKey: request?.taskKey,
    });
    return words;
  }
}

function whyNot(news: PolicyNews | undefined, { baseBranch }: EpicSettings, note: string): string {
  if (news === undefined) return `factory.yaml of ${baseBranch} cannot be read now: answer adopt again later.`;
  if (news.kind !== 'same') return note;
  const at = news.baseSha.slice(0, 12);
  return `factory.yaml of ${baseBranch} at ${at} is what this epic uses already: fix it there, then answer adopt.`;
}

interface Adopting {
  readonly settings: EpicSettings;
  readonly news: Extract<PolicyNews, { kind: 'differs' }>;
  readonly by: string;
}

/** All workflows of the epic know the policy before the question counts as answered. */
async function adopt(epic: Epic, { settings, news, by }: Adopting): Promise<void> {
  const { baseSha, policy, policyHash, concurrency, changes, weakerThanFirst: weaker } = news;
  const at = new Date().toISOString();
  const adoption = { policyHash, baseSha, by, at, changes: [...changes], weaker: [...weaker] };
  const isWider = concurrency > settings.concurrency;
  adoptInto(settings, { policy, policyHash, concurrency, adoption });
  if (isWider && patched('adopted-concurrency')) epic.timesWidened += 1;
  // It was given for what the policy before let through.
  dropMergeApproval(epic.data);
  const less = weaker.length === 0 ? '' : `. It protects less: ${weaker.join('; ')}`;
  epic.logLine({
    actor: by,
    kind: 'decision',
    decision: `adopts factory.yaml of ${settings.baseBranch} at ${baseSha}`,
    reason: `${changes.join('; ')}${less}`,
  });
  await CancellationScope.nonCancellable(() =>
    Promise.all([...epic.children].map((child) => sendAdopted(child, settings))),
  );
}

/** What news of the issue mean for its epic. Pure. */
import { IN_WORDS } from '../contract/in-words.ts';
import type { IssueNews, Reply, Said } from '../contract/issue-news.ts';
import { isAgents, isAnsweredByReply, repliable, requestWord } from './issue-words.ts';
import { issueRequestId } from './requests.ts';
import type { EpicRequest } from './state.ts';

export type Reaction =
  | { readonly kind: 'stop'; readonly reason: string }
  /** Somebody calls it done while it is not: nothing more is done until a person decides. */
  | { readonly kind: 'pause-and-ask' }
  | { readonly kind: 'ask'; readonly requestId: string; readonly question: string }
  | {
      readonly kind: 'answer';
      readonly reply: Reply;
      readonly requestId: string;
      readonly decision: string;
      readonly answer: string;
    }
  /** Somebody says something to the factory or its agents. */
  | { readonly kind: 'hear'; readonly said: Said }
  /** The reply decides nothing, and its author is told why. */
  | { readonly kind: 'explain'; readonly reply: Reply; readonly requestId: string; readonly problem: Problem };

export type Problem = 'closed' | 'elsewhere' | 'unclear';

/** In the order of their weight; a reply that was heard before is left out. */
export function reactionsTo(
  news: Exclude<IssueNews, { kind: 'unreachable' }>,
  requests: readonly EpicRequest[],
  heard: readonly string[],
): Reaction[] {
  if (news.kind === 'gone') return [{ kind: 'stop', reason: 'the issue was deleted or archived' }];
  if (news.kind === 'missing') return [{ kind: 'ask', requestId: issueRequestId('missing'), question: MISSING }];
  const { state, rewritten, title } = news;
  if (state.type === 'canceled' || state.type === 'duplicate') {
    return [{ kind: 'stop', reason: `the issue was moved to ${state.name}` }];
  }
  const done: Reaction[] = state.type === 'completed' ? [{ kind: 'pause-and-ask' }] : [];
  const rewrittenAsk: Reaction[] =
    rewritten === undefined
      ? []
      : [
          {
            kind: 'ask',
            requestId: issueRequestId(`rewritten-${rewritten}`),
            question: `The issue was rewritten (its title is now “${title}”), but the epic still works from the earlier text. Continue with the earlier text, or cancel the epic? To have the new text built, cancel, then reopen the issue.`,
          },
        ];
  const unheard = news.replies.filter(({ id }) => !heard.includes(id));
  const said = (news.said ?? []).filter(({ id }) => !heard.includes(id));
  return [
    ...done,
    ...rewrittenAsk,
    ...unheard.flatMap((reply) => reactionTo(reply, requests)),
    ...said.map((one): Reaction => ({ kind: 'hear', said: one })),
  ];
}

const MISSING =
  'Linear does not show the issue any more: it was deleted for good, or LINEAR_API_KEY may no longer see it, for example because its team is private now. The epic goes on meanwhile. Continue with the epic, or cancel it?';

function reactionTo(reply: Reply, requests: readonly EpicRequest[]): Reaction[] {
  const request = requests.find(({ requestId }) => requestWord(requestId) === reply.about);
  // A reply to a plan or a result is talk between people.
  if (request === undefined) return [];
  const { requestId } = request;
  const explain = (problem: Problem): Reaction[] => [{ kind: 'explain', reply, requestId, problem }];
  if (request.state !== 'open') return explain('closed');
  if (!isAnsweredByReply(request)) return explain('elsewhere');
  const decided = isAgents(request)
    ? agentAnswerOf(reply.body, request.options)
    : decisionOf(reply.body, repliable(request.options));
  return decided === undefined ? explain('unclear') : [{ kind: 'answer', reply, requestId, ...decided }];
}

/** One of its options when the reply is that alone; else the reply is the answer. */
export function agentAnswerOf(
  text: string,
  options: readonly string[],
): { decision: string; answer: string } | undefined {
  const said = text.trim();
  const plain = said.replaceAll(/^[`*_"'“]+|[`*_"'”.!]+$/g, '').toLowerCase();
  const decision = options.find((option) => option !== IN_WORDS && option.toLowerCase() === plain);
  if (decision !== undefined) return { decision, answer: '' };
  return said === '' ? undefined : { decision: IN_WORDS, answer: said };
}

/** The option that the reply begins with; where a change may be asked for, any other words are that change. */
export function decisionOf(text: string, options: readonly string[]): { decision: string; answer: string } | undefined {
  const said = text.trim().replace(/^[`*_"'“]+/, '');
  const decision = options.find((option) => new RegExp(`^${option}(?![\\w-])`, 'i').test(said));
  if (decision !== undefined) {
    return {
      decision,
      answer: said
        .slice(decision.length)
        .replace(/^[\s`*_"'”.,:;!-]+/, '')
        .trim(),
    };
  }
  return options.includes('change') && said !== '' ? { decision: 'change', answer: said } : undefined;
}

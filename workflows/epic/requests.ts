/** Human requests: one id, one effect, however often it is asked or answered. Pure. */

import { type Cap, type CapOf, capName } from '../contract/budget.ts';
import type { AskPerson, Response, Verdict } from '../contract/epic.ts';
import { IN_WORDS } from '../contract/in-words.ts';
import { defined } from '../contract/optional-fields.ts';
import type { RequestKind } from '../contract/states.ts';
import type { PersonAnswered } from '../contract/task.ts';
import type { EpicRequest } from './state.ts';

/** This file is the owner of an epic's requests: nobody else changes them. */
type Requests = readonly EpicRequest[];
const owned = (requests: Requests): EpicRequest[] => requests as EpicRequest[];

/** The kinds that a bare `approve` or `reject` may mean. */
const APPROVALS: ReadonlySet<RequestKind> = new Set(['plan', 'merge', 'protected-paths', 'weakened-tests']);

/**
 * Adds a request, or one more asker to an open one. A newer approval of the same pull request replaces the older.
 * Returns the answer when the request was answered before, so that the asker can be told again.
 */
export function ask(seen: Requests, asked: AskPerson, now: string): PersonAnswered | undefined {
  const requests = owned(seen);
  const { shared } = asked;
  if (shared !== undefined) {
    const decided = decidedBefore(requests, asked, shared);
    if (decided !== undefined) return { ...decided, requestId: asked.requestId };
    if (join(requests, asked, shared.name)) return undefined;
  }
  const index = requests.findIndex((request) => request.requestId === asked.requestId);
  const known = requests[index];
  if (known !== undefined) {
    if (known.state === 'answered') return known.answer;
    const askedBy = [...new Set([...known.askedBy, asked.askedBy])];
    // A request that was withdrawn or replaced and is asked again is open again.
    const { closedAt: _, ...reopened } = known;
    requests[index] = { ...reopened, askedBy, state: 'open' };
    return undefined;
  }
  for (const [position, request] of requests.entries()) {
    const older = request.state === 'open' && request.kind === asked.kind && asked.pullRequest !== undefined;
    if (older && request.pullRequest === asked.pullRequest) {
      requests[position] = { ...request, state: 'replaced', closedAt: now };
    }
  }
  const { askedBy, taskKey, pullRequest, headSha, base, capMicroUsd, cap, policy, shared: _, ...rest } = asked;
  requests.push({
    ...rest,
    state: 'open',
    askedAt: now,
    askedBy: [askedBy],
    ...defined({ taskKey, pullRequest, headSha, base, capMicroUsd, cap }),
    ...(shared === undefined ? {} : { shared: { name: shared.name, ids: { [askedBy]: asked.requestId } } }),
    ...defined({ policy }),
  });
  return undefined;
}

/** Decisions to look again; they are no news to a workflow that looked after them. */
const AGAIN: ReadonlySet<string> = new Set(['retry', 'adopt']);

/** What was decided under the name, where it is news to the asker or still counts. */
function decidedBefore(
  requests: readonly EpicRequest[],
  { askedBy, requestId }: AskPerson,
  { name, since }: NonNullable<AskPerson['shared']>,
): PersonAnswered | undefined {
  const named = requests.filter((request) => request.shared?.name === name && request.answer !== undefined);
  const own = named.find(({ shared }) => shared?.ids[askedBy] === requestId);
  const last = own ?? named.at(-1);
  const isOld = own === undefined && AGAIN.has(last?.answer?.decision ?? '') && (last?.closedAt ?? '') <= since;
  return isOld ? undefined : last?.answer;
}

/** One more asker of what is open under the name; false when nothing is. */
function join(requests: EpicRequest[], { askedBy, requestId }: AskPerson, name: string): boolean {
  const index = requests.findIndex(({ shared, state }) => shared?.name === name && state === 'open');
  const open = requests[index];
  if (open?.shared === undefined) return false;
  const ids = { ...open.shared.ids, [askedBy]: requestId };
  requests[index] = { ...open, askedBy: [...new Set([...open.askedBy, askedBy])], shared: { name, ids } };
  return true;
}

/** The answer as this asker waits for it. */
export const answerFor = ({ shared }: EpicRequest, askedBy: string, answer: PersonAnswered): PersonAnswered => ({
  ...answer,
  requestId: shared?.ids[askedBy] ?? answer.requestId,
});

/** Says more of an open request, which nobody's answer has settled: it is asked in other words from now on. */
export function amend(
  requests: Requests,
  requestId: string,
  { note, shown }: { readonly note: string; readonly shown?: string },
): void {
  const index = requests.findIndex((request) => request.requestId === requestId && request.state === 'open');
  const request = requests[index];
  if (request?.policy === undefined) return;
  const { plain } = request.policy;
  const policy = { plain, ...defined({ shown }) };
  owned(requests)[index] = { ...request, question: `${plain} ${note}`, policy, revision: (request.revision ?? 0) + 1 };
}

/** The open request that a bare verdict means, or why there is none. */
export function matchVerdict(
  requests: readonly EpicRequest[],
  verdict: Verdict,
): { request: EpicRequest } | { mismatch: string } {
  const open = requests.filter((request) => request.state === 'open' && APPROVALS.has(request.kind));
  const named = verdict.requestId === undefined ? open : open.filter((r) => r.requestId === verdict.requestId);
  const [request, ...others] = named;
  if (request === undefined) {
    return { mismatch: verdict.requestId === undefined ? 'nothing waits for approval' : 'no such approval is open' };
  }
  if (others.length > 0) return { mismatch: `${named.length} approvals are open; name one by its requestId` };
  if (verdict.headSha !== undefined && verdict.headSha !== request.headSha) {
    return { mismatch: `the pull request is at ${request.headSha ?? 'no commit'} now` };
  }
  return { request };
}

/** Why a response cannot be taken, or undefined when it can. An answered request takes the same answer again. */
export function responseProblem(
  requests: readonly EpicRequest[],
  response: Response,
): { type: 'NotFound' | 'RequestClosed' | 'StaleHead' | 'InvalidInput'; message: string } | undefined {
  const request = requests.find((candidate) => candidate.requestId === response.requestId);
  if (request === undefined) {
    return { type: 'NotFound', message: `There is no request "${response.requestId}" in this epic` };
  }
  if (!request.options.includes(response.decision)) {
    return { type: 'InvalidInput', message: `decision must be one of: ${request.options.join(', ')}` };
  }
  if (request.state === 'answered' && request.answer?.decision === response.decision) return undefined;
  if (request.kind === 'agent-question' && response.decision === IN_WORDS && !hasWords(response)) {
    return { type: 'InvalidInput', message: `answer: say it in words, for example --answer "…"` };
  }
  if (request.state !== 'open') {
    return { type: 'RequestClosed', message: `The request "${request.requestId}" is ${request.state} already` };
  }
  if (response.headSha !== undefined && response.headSha !== request.headSha) {
    return { type: 'StaleHead', message: `The pull request is at ${request.headSha ?? 'no commit'} now; look again` };
  }
  return undefined;
}

const hasWords = ({ answer = '', comment = '' }: Response): boolean => `${answer}${comment}`.trim() !== '';

/** Which answer stands, for a person whose own came later. */
export function answeredBefore(request: EpicRequest | undefined): string {
  const answer = request?.answer;
  if (answer === undefined) return 'answered before';
  const words = [answer.decision, answer.answer, answer.comment].filter((word) => word !== undefined && word !== '');
  return `answered before by ${answer.by}, and that stands: ${words.join(', ').slice(0, 200)}`;
}

/** Closes an open request with its answer; false when it was closed before. */
export function close(seen: Requests, answer: PersonAnswered, now: string): EpicRequest | undefined {
  const requests = owned(seen);
  const index = requests.findIndex((request) => request.requestId === answer.requestId && request.state === 'open');
  const request = requests[index];
  if (request === undefined) return undefined;
  requests[index] = { ...request, state: 'answered', answer: { ...answer, at: now }, closedAt: now };
  return requests[index];
}

/**
 * Takes askers that have `left` out of the open requests, and withdraws a request without askers. Returns each asker with
 * the request that it was taken out of.
 */
export function leaveRequests(
  seen: Requests,
  left: (askedBy: string, request: EpicRequest) => boolean,
  now: string,
): { readonly asker: string; readonly requestId: string }[] {
  const requests = owned(seen);
  const taken: { asker: string; requestId: string }[] = [];
  for (const [index, request] of requests.entries()) {
    const askedBy = request.askedBy.filter((asker) => !left(asker, request));
    if (request.state !== 'open' || askedBy.length === request.askedBy.length) continue;
    for (const asker of request.askedBy) {
      if (askedBy.includes(asker)) continue;
      taken.push({ asker, requestId: request.shared?.ids[asker] ?? request.requestId });
    }
    requests[index] = askedBy.length > 0 ? { ...request, askedBy } : { ...request, state: 'withdrawn', closedAt: now };
  }
  return taken;
}

/** What the epic itself asked about a task's start has no point once that task has ended. */
export const withdrawStart = (requests: Requests, taskKey: string, now: string): void =>
  withdraw(requests, ({ requestId }) => requestId.startsWith(startRequestId(taskKey)), now);

/** The epic ends, so nobody waits for an answer. */
export const withdrawAll = (requests: Requests, now: string): void => withdraw(requests, () => true, now);

function withdraw(requests: Requests, isMeant: (request: EpicRequest) => boolean, now: string): void {
  for (const [index, request] of requests.entries()) {
    if (request.state !== 'open' || !isMeant(request)) continue;
    owned(requests)[index] = { ...request, state: 'withdrawn', closedAt: now };
  }
}

/**
 * Without those that closed long ago: a month of questions must fit into what a run is given. All budget requests stay, since
 * a cap that was used up is not asked about again; so do the last decision under each shared name, and the last question of
 * each kind about the issue, which the next look would ask again.
 */
export function forgetClosed(requests: readonly EpicRequest[]): EpicRequest[] {
  const decided = new Map(
    requests.flatMap((one) => (one.answer && one.shared ? [[one.shared.name, one] as const] : [])),
  );
  const aboutIssue = new Map(requests.filter(isAboutIssue).map((one) => [one.requestId.split('-')[1], one] as const));
  const lastAboutIssue = new Set(aboutIssue.values());
  const isKept = (request: EpicRequest) =>
    request.kind === 'budget' ||
    lastAboutIssue.has(request) ||
    (request.shared !== undefined && decided.get(request.shared.name) === request);
  const closed = requests.filter((request) => request.state !== 'open' && !isKept(request));
  const forgotten = new Set(closed.slice(0, -MOST_CLOSED));
  return requests.filter((request) => !forgotten.has(request));
}

const MOST_CLOSED = 100;

/** A number follows. The dot, which no key has, keeps `api` apart from `api-2`. */
export const startRequestId = (taskKey: string): string => `open-${taskKey}.`;

/** The cap that a budget request is about. */
export function capOf({
  kind,
  cap,
  capMicroUsd = 0,
}: Pick<AskPerson, 'cap' | 'capMicroUsd' | 'kind'>): Cap | undefined {
  return kind === 'budget' ? (cap ?? { unit: 'usd', amount: capMicroUsd }) : undefined;
}

/** Whether a request asks to raise this cap. */
export const isAboutCap = (request: Pick<EpicRequest, 'cap' | 'capMicroUsd' | 'kind'>, of: CapOf): boolean => {
  const cap = capOf(request);
  return cap !== undefined && capName(cap) === capName(of);
};

/** The largest amount of the cap that was used up so far; 0 when none was. */
export const largestUsedUp = (requests: readonly EpicRequest[], of: CapOf): number =>
  Math.max(0, ...requests.filter((request) => isAboutCap(request, of)).map((request) => capOf(request)?.amount ?? 0));

/** Requests about a task that ended unmerged: whoever answers one decides what becomes of the task. */
export const failedRequestId = (taskKey: string, number: number): string => `failed-${taskKey}-${number}`;
export const isAboutFailed = ({ requestId }: Pick<EpicRequest, 'requestId'>): boolean =>
  requestId.startsWith('failed-');

/** Requests about the issue that the epic came from: they outlive whatever the epic does meanwhile. */
export const issueRequestId = (what: string): string => `issue-${what}`;
export const isAboutIssue = ({ requestId }: Pick<EpicRequest, 'requestId'>): boolean => requestId.startsWith('issue-');

/** Requests about an epic that does not move. */
export const stallRequestId = (number: number): string => `stalled-${number}`;
export const isAboutStall = ({ requestId }: Pick<EpicRequest, 'requestId'>): boolean =>
  requestId.startsWith('stalled-');

export const openRequests = (requests: readonly EpicRequest[]): EpicRequest[] =>
  requests.filter((request) => request.state === 'open');

/** The open request about a task that takes this decision. */
export const openAbout = (
  requests: readonly EpicRequest[],
  taskKey: string,
  decision: string,
): EpicRequest | undefined =>
  openRequests(requests).find((open) => open.taskKey === taskKey && open.options.includes(decision));

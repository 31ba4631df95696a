/** What an epic has to say to the issue that it came from. Pure. */
import { IN_WORDS } from '../contract/in-words.ts';
import type { Word } from '../contract/issue-news.ts';
import type { EpicState, RequestKind } from '../contract/states.ts';
import { HOW_TO_SAY } from './issue-commands.ts';
import { mergeFault } from './merging-state.ts';
import { openRequests } from './requests.ts';
import { type EpicData, isPlanned, isSingle } from './state.ts';

/** What anybody who may comment can decide; merging, money and protected files are for those who operate the factory. */
const ANSWERED_BY_REPLY: ReadonlySet<RequestKind> = new Set([
  ...(['plan', 'question', 'agent-question', 'conflict', 'failed-task'] as const),
]);

/** Options that let commits pass which nobody of the factory looked at, or whatever their checks or the scan say. */
const FOR_OPERATORS: ReadonlySet<string> = new Set(['merge', 'take', 'go-on', 'allow']);

export const isAnsweredByReply = ({
  kind,
  options,
}: {
  readonly kind: RequestKind;
  readonly options: readonly string[];
}): boolean =>
  ANSWERED_BY_REPLY.has(kind) && (isAgents({ kind }) || !options.some((option) => FOR_OPERATORS.has(option)));

/** Its options are words for the agent and decide nothing else. */
export const isAgents = ({ kind }: { readonly kind: RequestKind }): boolean => kind === 'agent-question';

/** What judges the work is adopted by those who operate the factory. */
export const repliable = (options: readonly string[]): string[] => options.filter((option) => option !== 'adopt');

export const requestWord = (requestId: string): string => `request-${requestId}`;
export const isQuestion = (key: string): boolean => key.startsWith('request-');

/** What is due by now, in the order of saying; whoever says it leaves out what was said. */
export function dueWords(epicId: string, data: EpicData): Word[] {
  const words: Word[] = [];
  if (data.settings !== undefined) words.push({ key: 'started', kind: 'move', to: 'started' });
  if (isPlanned(data)) words.push({ key: 'plan', kind: 'comment', body: planBody(data) });
  if (data.pullRequest !== undefined) {
    const { number, url } = data.pullRequest;
    words.push({ key: 'pull-request', kind: 'comment', body: `**Pull request** [#${number}](${url})` });
  }
  const [only] = data.tasks;
  if (only !== undefined && hasOwnPullRequest(data)) {
    words.push({ key: 'pull-request', kind: 'pull-request', taskKey: only.task.key });
  }
  for (const request of openRequests(data.requests)) {
    words.push({ key: requestWord(request.requestId), kind: 'comment', body: requestBody(epicId, request) });
  }
  return words;
}

/** Its only task opens the pull request, which the epic learns of when a person is asked about it or at the end. */
const hasOwnPullRequest = (data: EpicData): boolean =>
  isPlanned(data) &&
  isSingle(data) &&
  (data.mergedSha !== undefined || data.requests.some(({ pullRequest }) => pullRequest !== undefined));

/** Its work is in the base, or was there before. Where all tasks were skipped nothing is done. */
const isDone = ({ mergedSha, tasks }: EpicData): boolean =>
  mergedSha !== undefined || tasks.some(({ state }) => state === 'COMPLETED');

/** The last words; only what is merged is done. */
export function lastWords(data: EpicData, final: EpicState, reason: string): Word[] {
  const result: Word = { key: 'result', kind: 'comment', body: resultBody(data, final, reason) };
  const look: Word = { key: 'look', kind: 'look' };
  if (final !== 'COMPLETED' || !isDone(data)) return [result, look];
  // Sub-issues that were the tasks are done with the whole; a task of a plan is no issue.
  const own = data.input.tasks === undefined || data.input.source === undefined ? [] : data.tasks;
  const merged = own.filter(({ state, task }) => state === 'COMPLETED' && IDENTIFIER.test(task.key));
  return [
    result,
    ...merged.map(
      ({ task }): Word => ({
        key: `completed-${task.key}`,
        kind: 'move',
        to: 'completed',
        issue: task.key.toUpperCase(),
      }),
    ),
    { key: 'completed', kind: 'move', to: 'completed' },
    look,
  ];
}

const IDENTIFIER = /^[a-z][a-z0-9]*-\d+$/;

function planBody({ tasks }: EpicData): string {
  const lines = tasks.map(({ task }) => {
    const after = task.dependsOn.length === 0 ? '' : ` (after ${task.dependsOn.join(', ')})`;
    return `- **${task.key}** ${task.title}${after}`;
  });
  const plan = `**Plan** of ${tasks.length === 1 ? '1 task' : `${tasks.length} tasks`}\n${lines.join('\n')}`;
  return `${plan}\n\n${HOW_TO_SAY}`;
}

type Request = ReturnType<typeof openRequests>[number];

function requestBody(epicId: string, request: Request): string {
  const { question, options, taskKey, headSha } = request;
  const about = taskKey === undefined ? '' : ` (task ${taskKey})`;
  const commit = headSha === undefined ? '' : `\n\nCommit ${headSha}`;
  return `**A person is asked**${about}: ${question}${commit}\n\n${howToAnswer(epicId, request, options)}`;
}

/** How a request is answered, for people who read the issue. */
export function howToAnswer(epicId: string, request: Pick<Request, 'kind'>, options: readonly string[]): string {
  if (!isAnsweredByReply({ kind: request.kind, options })) {
    return `This is answered where the factory runs: \`bin/factory requests\` shows how, for the epic \`${epicId}\`.`;
  }
  const words = repliable(options)
    .map((option) => `\`${option}\``)
    .join(', ');
  if (isAgents(request)) {
    const own = options.filter((option) => option !== IN_WORDS).map((option) => `\`${option}\``);
    return `Reply to this comment with your answer${own.length === 0 ? '' : `: ${own.join(', ')}, or other words`}.`;
  }
  const free = options.includes('change') ? ' Any other reply is taken as the change that you want.' : '';
  return `Reply to this comment with ${words}, and more words after it if you like.${free}`;
}

function resultBody(data: EpicData, final: EpicState, reason: string): string {
  if (final !== 'COMPLETED')
    return `**${final === 'FAILED' ? 'Failed' : 'Cancelled'}**: ${reason || 'no reason was given'}`;
  if (data.nothingMerged !== undefined) return `**${isDone(data) ? 'Done' : 'Ended'}**: ${data.nothingMerged}`;
  const skipped = data.tasks.filter((entry) => entry.skipped).map(({ task }) => task.key);
  const without = skipped.length === 0 ? '' : `, without ${skipped.join(', ')}`;
  const merged = `${without}: ${data.mergedSha ?? ''}`;
  const fault = mergeFault(data);
  if (data.undelivered !== undefined) return `**Merged**${merged}. But ${fault}`;
  const into = `**Merged** into ${data.settings?.baseBranch ?? 'the base branch'}${merged}`;
  return fault === undefined ? into : `${into}. But ${fault}`;
}

/** The ways on which other people's text reaches an agent, each as the factory itself renders it. */
import { type BriefFacts, briefText } from '../../../activities/agent/briefs.ts';
import { pinnedPrompt } from '../../../activities/agent/system-prompt.ts';
import { buildMessages } from '../../../activities/agent/transcript.ts';
import { answerWords } from '../../../workflows/agent/questions.ts';
import type { Brief } from '../../../workflows/contract/brief.ts';
import { TASK } from '../agent.ts';
import type { Channel } from './injection.ts';
import { MAIL_CHANNELS } from './mail-channels.ts';
import { TRIAGE_CHANNELS } from './triage-channels.ts';

const FACTS: BriefFacts = {
  ...{ epicId: 'shop', taskKey: 'slugs', repository: 'example', worktree: '/w', attempt: 1, epicTitle: 'Shop' },
  ...{ epicTold: false, checks: [], files: [], diff: '' },
};
const round = (brief: Brief, facts: Partial<BriefFacts> = {}): string => briefText(brief, { ...FACTS, ...facts });
const plan = { kind: 'plan' as const, title: 'Shop', description: '' };
const implement = { kind: 'implement' as const, epicTitle: 'Shop', task: TASK, targetBranch: 'main' };
const review = { kind: 'review' as const, task: TASK, baseSha: 'b', headSha: 'h', summary: 'Done.' };
const failed = { name: 'ci', url: 'https://ci/1', log: '', redOnBase: false };
const check = { name: 'test', command: 'npm test', exitCode: 1, output: '' };
const earlier = { number: 1, headSha: 'o', summary: 'Not yet.', findings: [{ id: '1.1', body: 'It leaks.' }] };

export const CHANNELS = {
  issue: {
    ...{ name: 'text of the issue', purpose: 'plan', block: 'epic-description' },
    prompt: (description) => round({ ...plan, description }),
  },
  title: {
    ...{ name: 'title of the issue', purpose: 'plan', block: 'epic-title' },
    prompt: (title) => round({ ...plan, title }),
  },
  fileNames: {
    ...{ name: 'name of a file', purpose: 'plan', block: 'files' },
    prompt: (name) => round(plan, { files: ['README.md', name] }),
  },
  task: {
    ...{ name: 'description of a task, written by a planner that was misled', purpose: 'implement' },
    block: 'task-description',
    prompt: (description) => round({ ...implement, task: { ...TASK, description } }),
  },
  delivered: {
    ...{ name: 'summary of another task', purpose: 'implement', block: 'delivered' },
    prompt: (summary) =>
      round({ ...implement, delivered: [{ key: 'base', title: 'Base', mergedSha: 'abc', summary }] }),
  },
  review: {
    ...{ name: 'comment of a review', purpose: 'implement', block: 'review' },
    prompt: (body) => round({ kind: 'changes-requested', summary: 'Not yet.', comments: [{ path: 'a.ts', body }] }),
  },
  checkOutput: {
    ...{ name: 'output of a check', purpose: 'implement', block: 'check-output' },
    prompt: (output) => round({ kind: 'verification', commitSha: 'h' }, { checks: [{ ...check, output }] }),
  },
  ciLog: {
    ...{ name: 'log of CI', purpose: 'implement', block: 'check-output' },
    prompt: (log) => round({ kind: 'checks', commitSha: 'h', failed: [{ ...failed, log }] }),
  },
  ciName: {
    ...{ name: 'name of a check of CI', purpose: 'implement', block: 'check-name' },
    prompt: (name) => round({ kind: 'checks', commitSha: 'h', failed: [{ ...failed, name }] }),
  },
  conflict: {
    ...{ name: 'name of a file in a conflict', purpose: 'implement', block: 'files' },
    prompt: (file) => round({ kind: 'conflict', files: [file], targetBranch: 'main' }),
  },
  failure: {
    ...{ name: 'failure of an earlier attempt', purpose: 'implement', block: 'failure' },
    prompt: (ended) => round({ ...implement, before: { ended, tried: [], baseSha: 'b' } }, { tree: '' }),
  },
  diff: {
    ...{ name: 'line of the change under review', purpose: 'review', block: 'diff' },
    prompt: (line) => round(review, { diff: `diff --git a/a.ts b/a.ts\n+// ${line}` }),
  },
  summary: {
    ...{ name: 'summary of a hand-in', purpose: 'review', block: 'summary' },
    prompt: (summary) => round({ ...review, summary }),
  },
  nothingToDo: {
    ...{ name: 'claim that there is nothing to do', purpose: 'review', block: 'nothing-to-do' },
    prompt: (nothingToDo) => round({ ...review, nothingToDo }),
  },
  answer: {
    ...{ name: 'answer to an earlier review', purpose: 'review', block: 'answer' },
    prompt: (answer) => round({ ...review, earlier: [{ ...earlier, answer }] }),
  },
  criterion: {
    ...{ name: 'acceptance criterion', purpose: 'review', block: 'acceptance-criteria' },
    prompt: (criterion) => round({ ...review, task: { ...TASK, acceptance: [criterion] }, judgesCriteria: true }),
  },
  instructions: {
    ...{ name: '`AGENTS.md` of the repository', purpose: 'review', block: 'repository-instructions' },
    prompt: (text) => JSON.parse(pinnedPrompt('review', { files: { 'AGENTS.md': text } })).system,
  },
  nested: {
    ...{ name: 'name of a folder with instructions', purpose: 'implement', block: 'instruction-files' },
    prompt: (path) => JSON.parse(pinnedPrompt('implement', { files: {}, nested: [path] })).system,
  },
  guidance: {
    ...{ name: 'guidance of a Supervisor that was misled', purpose: 'implement', block: 'guidance' },
    prompt: (comment) => round({ kind: 'guidance', comment }),
  },
  ...MAIL_CHANNELS,
  ...TRIAGE_CHANNELS,
} as const satisfies Readonly<Record<string, Channel>>;

const answered = { requestId: 'q', decision: 'answer', by: 'ada' };
export const personAnswer = (answer: string) => toolOutput(answerWords({ ...answered, answer }, false));

/** What tools print is no text of the conversation at all, but the result of its call. */
export function toolOutput(text: string) {
  const content = [{ type: 'tool_use' as const, id: 'c1', name: 'bash', input: { command: 'cat README.md' } }];
  return buildMessages(
    {
      turns: [{ turn: 1, content }],
      toolCalls: [{ turn: 1, toolUseId: 'c1', output: text, isError: false }],
      briefs: [{ turn: 1, body: round(implement) }],
      compactedBeforeTurn: 0,
    },
    2,
  );
}

/** A small recording, and the requests that belong to it: as they were, or changed. */
import { expectedBlocks } from '../../local/model/differences.ts';
import { type Folders, withFolders } from '../../local/model/folders.ts';
import { readRequest, type ScriptedRequest } from '../../local/model/request.ts';
import {
  type AnsweredBlock,
  RECORDING_FORMAT,
  type RecordedTurn,
  Recording,
  WORKTREES_MARK,
} from '../../workflows/contract/recording.ts';

export const BASE = '472be851521d808dd22fec67c8edb75513d687f4';
const PROMPT = {
  model: 'claude-opus-5-5',
  maxTokens: 16_000,
  system: 'You are an engineer.\nLeave nothing behind.',
  tools: [
    { type: 'bash_20250124', name: 'bash' },
    { name: 'submit_work', description: 'Hands in.', input_schema: { type: 'object' } },
  ],
};
export const use = (id: string, name: string, input: Record<string, unknown> = {}): AnsweredBlock => ({
  ...{ type: 'tool_use', id, name, input },
});
export const brief = (task: string, words: string): string =>
  `<round kind="implement" epic="shop" task="${task}" attempt="1">\n${words}\n</round>`;

const turn = (number: number, atMs: number, rest: Partial<RecordedTurn>): RecordedTurn => ({
  ...{ turn: number, asked: [], answer: [], stopReason: 'tool_use', usage: { input_tokens: 1, output_tokens: 2 } },
  ...{ startedMs: atMs - 1, finishedMs: atMs },
  ...rest,
});

/** A Worker of `one` that runs a command and hands in, beside one of `two` that hands in at once. */
export const aRecording = (): Recording =>
  Recording.parse({
    format: RECORDING_FORMAT,
    ...{ recordedAt: '2026-01-01T00:00:00.000Z', factory: '0.1.0' },
    epic: {
      ...{ id: 'shop', title: 'Shop', description: '', tasks: null, repository: 'work', baseBranch: 'main' },
      ...{ baseSha: BASE, approvals: ['merge'], concurrency: 2, budgetUsd: 5, state: 'COMPLETED' },
      ...{ limits: { attempts: 5, rounds: 3, turns: 100 }, mergedTree: 'f'.repeat(40) },
    },
    merges: [
      { taskKey: 'two', mergedMs: 50 },
      { taskKey: 'one', mergedMs: 60 },
    ],
    answers: [],
    prompts: { implement: PROMPT },
    agents: [
      {
        ...{ id: 'shop.one.implement.1', taskKey: 'one', purpose: 'implement', attempt: 1 },
        turns: [
          turn(1, 10, {
            asked: [{ type: 'text', text: brief('one', `Do it in ${WORKTREES_MARK}/shop/one on ${BASE}.`) }],
            answer: [
              { type: 'thinking', thinking: 'I look.' },
              use('a', 'bash', { command: `cd ${WORKTREES_MARK}/shop/one && git log` }),
            ],
          }),
          turn(2, 20, {
            asked: [
              { type: 'result', of: 'a', text: `${BASE.slice(0, 7)} Start\n1ab2c3d Go on\nTook 12 ms`, isError: false },
            ],
            answer: [use('b', 'submit_work', { summary: 'Done', commitMessage: 'Do it' })],
          }),
        ],
      },
      {
        ...{ id: 'shop.two.implement.1', taskKey: 'two', purpose: 'implement', attempt: 1 },
        turns: [
          turn(1, 15, {
            asked: [{ type: 'text', text: brief('two', `Do that in ${WORKTREES_MARK}/shop/two.`) }],
            answer: [use('c', 'submit_work', { summary: 'Done', commitMessage: 'Do that' })],
          }),
        ],
      },
    ],
    cutAt: null,
    replaced: { inAnswers: 0, elsewhere: 0 },
  });

export const HERE: Folders = { worktrees: '/srv/state/hosts/here/worktrees' };

/** What an agent asks at its nth turn, on a host with other folders; `change` is applied to the body. */
export function requestOf(
  { agents, prompts }: Recording,
  [agentIndex, turnIndex]: readonly [agent: number, turn: number],
  change: (json: string) => string = (json) => json,
): ScriptedRequest {
  const agent = agents[agentIndex];
  const prompt = prompts[agent?.purpose ?? 'implement'];
  if (agent === undefined || prompt === undefined) throw new Error('There is no such agent');
  const messages = withFolders(expectedBlocks(agent.turns.slice(0, turnIndex + 1)), HERE).map((block) => ({
    role: block.role,
    content: [asSent(block)],
  }));
  const { model, maxTokens: max_tokens, system, tools } = prompt;
  return readRequest(change(JSON.stringify({ model, max_tokens, system, tools, messages })));
}

function asSent(block: ReturnType<typeof expectedBlocks>[number]): unknown {
  switch (block.type) {
    case 'result':
      return { type: 'tool_result', tool_use_id: block.of, content: block.text, is_error: block.isError };
    case 'thinking':
      return { type: 'thinking', thinking: block.thinking, signature: 'other' };
    case 'tool_use':
      return { type: 'tool_use', id: block.id, name: block.name, input: block.input };
    case 'redacted_thinking':
      return { type: 'redacted_thinking', data: 'other' };
    case 'text':
      return { type: 'text', text: block.text };
  }
}

/** The first thing in which a request is not the one that was recorded. */
import type { AnsweredBlock, AskedBlock, RecordedPrompt, RecordedTurn } from '../../workflows/contract/recording.ts';
import { type Folders, findFolders, withMarks } from './folders.ts';
import type { TextKind } from './natural-differences.ts';
import type { Block, ScriptedRequest } from './request.ts';
import { type Bindings, comparable, isSameText } from './same-text.ts';

export type DifferenceKind = 'options' | 'prompt' | 'tools' | 'brief' | 'tool result' | 'answer' | 'order';

export interface Difference {
  readonly kind: DifferenceKind;
  /** Where in a conversation, or in what all requests of a purpose have in common. */
  readonly part: string;
  /** What differs, in a few words. */
  readonly what: string;
  /** The texts that differ, without what differs by nature. */
  readonly recorded: string;
  readonly now: string;
}

type Said = ({ readonly role: 'user' } & AskedBlock) | ({ readonly role: 'assistant' } & AnsweredBlock);

/** What the request of a turn says, block by block, from the turns of its agent up to it. */
export function expectedBlocks(turns: readonly RecordedTurn[]): Said[] {
  let said: Said[] = [];
  for (const [index, turn] of turns.entries()) {
    if (turn.conversation !== undefined) {
      said = turn.conversation.flatMap((message): Said[] =>
        message.role === 'user'
          ? message.content.map((block) => ({ role: 'user', ...block }))
          : message.content.map((block) => ({ role: 'assistant', ...block })),
      );
    } else said.push(...turn.asked.map((block) => ({ role: 'user' as const, ...block })));
    if (index < turns.length - 1) said.push(...sentBack(turn.answer));
  }
  return said;
}

/** Neither blank texts nor thoughts at the end are sent back. */
export function sentBack(answer: readonly AnsweredBlock[]): ({ readonly role: 'assistant' } & AnsweredBlock)[] {
  const sendable = answer.filter((block) => block.type !== 'text' || block.text.trim() !== '');
  const end = sendable.findLastIndex(({ type }) => type !== 'thinking' && type !== 'redacted_thinking');
  return sendable.slice(0, end + 1).map((block) => ({ role: 'assistant', ...block }));
}

export interface Compared {
  readonly prompt: RecordedPrompt;
  readonly expected: readonly Said[];
  readonly bindings: Bindings;
  /** Places that are known to differ. */
  readonly known?: ReadonlySet<string>;
}

/** What is in every request of a purpose. */
export const isOfPurpose = ({ kind }: Difference): boolean => COMMON.has(kind);
const COMMON: ReadonlySet<DifferenceKind> = new Set(['options', 'prompt', 'tools']);

/** Undefined when it is the same, and where this host keeps its worktrees. */
export function compareRequest(
  request: ScriptedRequest,
  { prompt, expected, bindings, known = new Set() }: Compared,
): { readonly difference: Difference | undefined; readonly folders: Folders } {
  const now = request.messages.flatMap(({ role, content }) => content.map((block) => ({ role, block })));
  const folders = foldersIn(expected, now);
  const unlessKnown = (found: Difference | undefined) =>
    found === undefined || known.has(found.part) ? undefined : found;
  const difference =
    unlessKnown(compareOptions(request, prompt)) ??
    unlessKnown(comparePrompt(request, prompt, bindings)) ??
    unlessKnown(compareTools(request, prompt)) ??
    compareBlocks({ expected, now, folders, bindings, known });
  return { difference, folders };
}

interface Now {
  readonly role: 'user' | 'assistant';
  readonly block: Block;
}

function foldersIn(expected: readonly Said[], now: readonly Now[]): Folders {
  for (const [index, block] of expected.entries()) {
    const other = now[index]?.block;
    if (block.role !== 'user' || block.type !== 'text' || other?.type !== 'text') continue;
    const folders = findFolders(block.text, other.text);
    if (folders.worktrees !== undefined) return folders;
  }
  return { worktrees: undefined };
}

function compareOptions(request: ScriptedRequest, { model, maxTokens }: RecordedPrompt): Difference | undefined {
  if (request.model === model && request.max_tokens === maxTokens) return undefined;
  const text = (one: string, most: number) => `model: ${one}\nmax_tokens: ${most}`;
  return {
    kind: 'options',
    part: 'options',
    what: 'the model, or the most tokens that it may answer',
    recorded: text(model, maxTokens),
    now: text(request.model, request.max_tokens),
  };
}

function comparePrompt(
  { system = '' }: ScriptedRequest,
  prompt: RecordedPrompt,
  bindings: Bindings,
): Difference | undefined {
  const now = typeof system === 'string' ? system : system.map(({ text }) => text).join('\n\n');
  if (isSameText(prompt.system, now, 'said', bindings)) return undefined;
  return { kind: 'prompt', part: 'prompt', what: 'the system prompt', ...comparable(prompt.system, now, 'said') };
}

function compareTools({ tools = [] }: ScriptedRequest, prompt: RecordedPrompt): Difference | undefined {
  const now = tools.map(({ cache_control: _, ...tool }) => tool);
  const names = (all: readonly { readonly name: string }[]) => all.map(({ name }) => name).join('\n');
  if (names(now) !== names(prompt.tools)) {
    return {
      kind: 'tools',
      part: 'tools',
      what: 'which tools there are',
      recorded: names(prompt.tools),
      now: names(now),
    };
  }
  for (const [index, tool] of now.entries()) {
    const [recorded, other] = [prompt.tools[index], tool].map((one) => readable(ordered(one))) as [string, string];
    const what = `the definition of ${tool.name}`;
    if (recorded !== other) return { kind: 'tools', part: 'tools', what, recorded, now: other };
  }
  return undefined;
}

interface Conversations {
  readonly expected: readonly Said[];
  readonly now: readonly Now[];
  readonly folders: Folders;
  readonly bindings: Bindings;
  readonly known: ReadonlySet<string>;
}

function compareBlocks({ expected, now, folders, bindings, known }: Conversations): Difference | undefined {
  for (let index = 0; index < Math.max(expected.length, now.length); index++) {
    const [there, here] = [recordedText(expected, index), presentText(now[index], folders)];
    const part = `block ${index}`;
    if (there.type !== here.type) {
      if (known.has(part)) return undefined;
      const words = (one: Shown) => (one.type === 'nothing' ? '(nothing)' : `${one.type}:\n${one.text}`);
      return { kind: 'order', part, what: 'what comes next', recorded: words(there), now: words(here) };
    }
    const isSame =
      there.textKind === 'exact'
        ? there.text === here.text
        : isSameText(there.text, here.text, there.textKind, bindings);
    if (isSame || known.has(part)) continue;
    const texts = comparable(there.text, here.text, there.textKind === 'exact' ? 'said' : there.textKind);
    return { kind: KINDS[there.type] ?? 'order', part, what: there.what, ...texts };
  }
  return undefined;
}

interface Shown {
  readonly type: string;
  readonly what: string;
  readonly text: string;
  readonly textKind: TextKind | 'exact';
}

const KINDS: Readonly<Record<string, DifferenceKind>> = {
  brief: 'brief',
  'tool result': 'tool result',
  answer: 'answer',
};
const NOTHING: Shown = { type: 'nothing', what: 'nothing', text: '', textKind: 'exact' };
const answer = (text: string): Shown => ({
  type: 'answer',
  what: 'an earlier answer, as it is sent back',
  text,
  textKind: 'exact',
});
const brief = (text: string): Shown => ({ type: 'brief', what: briefName(text), text, textKind: 'said' });
const result = (text: string, isError: boolean, call = 'a tool'): Shown => ({
  type: 'tool result',
  what: `what ${call} returned`,
  textKind: 'output' as const,
  text: isError ? `(an error)\n${text}` : text,
});

function recordedText(said: readonly Said[], index: number): Shown {
  const block = said[index];
  if (block === undefined) return NOTHING;
  if (block.role === 'user') {
    if (block.type === 'text') return brief(block.text);
    const call = said.find((one) => one.type === 'tool_use' && one.id === block.of);
    return result(block.text, block.isError, call?.type === 'tool_use' ? callName(call) : undefined);
  }
  const { role: _, ...rest } = block;
  return answer(rest.type === 'text' ? rest.text : readable(ordered(rest)));
}

function presentText(now: Now | undefined, folders: Folders): Shown {
  if (now === undefined) return NOTHING;
  const { role, block } = now;
  const marked = (text: string) => withMarks(text, folders);
  if (role === 'user') {
    if (block.type === 'text') return brief(marked(block.text));
    if (block.type !== 'tool_result') return answer(block.type);
    const { content = '', is_error = false } = block;
    const text = typeof content === 'string' ? content : content.map((part) => part.text).join('\n');
    return result(marked(text), is_error);
  }
  switch (block.type) {
    case 'text':
      return answer(marked(block.text));
    case 'thinking':
      return answer(marked(readable({ thinking: block.thinking, type: block.type })));
    case 'tool_use':
      return answer(
        marked(readable(ordered({ type: block.type, id: block.id, name: block.name, input: block.input }))),
      );
    default:
      return answer(readable({ type: block.type }));
  }
}

const MOST_OF_A_COMMAND = 60;

function callName({ name, input }: Extract<AnsweredBlock, { type: 'tool_use' }>): string {
  const said = [input.command, input.path].filter((part) => typeof part === 'string').join(' ');
  const [line = ''] = said.split('\n');
  const short = line.length > MOST_OF_A_COMMAND ? `${line.slice(0, MOST_OF_A_COMMAND - 1)}…` : line;
  return short === '' ? name : `${name} (${short})`;
}

function briefName(text: string): string {
  const kind = /^<round kind="([a-z-]+)"/.exec(text)?.[1];
  return kind === undefined ? 'a note' : `the brief of the round "${kind}"`;
}

const readable = (value: unknown): string => JSON.stringify(value, null, 2).replaceAll('\\n', '\n');

/** Fields by name: their order means nothing. */
function ordered(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(ordered);
  if (typeof value !== 'object' || value === null) return value;
  const fields = Object.entries(value).toSorted(([one], [other]) => (one < other ? -1 : 1));
  return Object.fromEntries(fields.map(([name, part]) => [name, ordered(part)]));
}

/** The scripted model as the SDK's client sees it: what it answers, and what it refuses as the real one does. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import Anthropic from '@anthropic-ai/sdk';
import { toolsOf } from '../../activities/agent/tools.ts';
import { createModelClient } from '../../clients/model/call.ts';
import { Scenario } from '../../local/model/scenario.ts';
import { startScriptedModel } from '../../local/model/server.ts';

type Model = Awaited<ReturnType<typeof startScriptedModel>>;
let model: Model;
let client: Anthropic;
before(async () => {
  model = await startScriptedModel();
  client = createModelClient({ apiKey: 'any', baseUrl: model.url });
});
after(() => model.close());

const OPENING =
  '<round kind="implement" epic="e1" task="slugs" attempt="1">\n<epic-title>\nShip\n</epic-title>\n</round>';
const user = (content: Anthropic.MessageParam['content']): Anthropic.MessageParam => ({ role: 'user', content });
const said = (content: Anthropic.ContentBlockParam[]): Anthropic.MessageParam => ({ role: 'assistant', content });
const call = (id: string): Anthropic.ContentBlockParam => ({
  type: 'tool_use',
  id,
  name: 'bash',
  input: { command: 'ls' },
});
const result = (id: string): Anthropic.ContentBlockParam => ({ type: 'tool_result', tool_use_id: id, content: 'ok' });
const text = (words: string): Anthropic.ContentBlockParam => ({ type: 'text', text: words });

const request = (rest: object = {}): Anthropic.MessageCreateParamsNonStreaming => ({
  model: 'claude-opus-5-5',
  max_tokens: 1_000,
  thinking: { type: 'adaptive' },
  tools: toolsOf('implement'),
  messages: [user(OPENING)],
  ...rest,
});

async function refused(rest: object, status: number, message: RegExp): Promise<void> {
  await assert.rejects(client.messages.create(request(rest), { timeout: 10_000 }), (error: unknown) => {
    assert.ok(error instanceof Anthropic.APIError, String(error));
    assert.equal(error.status, status);
    assert.match(error.apiMessage ?? '', message);
    return true;
  });
}

test('a streamed answer is the same as one in a piece', async () => {
  const whole = await client.messages.create(request());
  const streamed = await client.messages.stream(request()).finalMessage();
  const kinds = (message: Anthropic.Message) => message.content.map((block) => block.type);
  assert.deepEqual(kinds(whole), ['thinking', 'text', 'tool_use']);
  assert.deepEqual(kinds(streamed), kinds(whole));
  const input = (message: Anthropic.Message) => message.content.find((block) => block.type === 'tool_use')?.input;
  assert.deepEqual(input(streamed), input(whole));
  assert.equal(streamed.stop_reason, 'tool_use');
  assert.ok(streamed.usage.output_tokens > 1 && (streamed.usage.cache_creation?.ephemeral_5m_input_tokens ?? 0) > 0);
});

test('messages in a wrong order are refused', async () => {
  const opened = user(OPENING);
  await refused({ messages: [said([text('Hello')])] }, 400, /first message must use the "user" role/);
  await refused({ messages: [opened, said([text('So')])] }, 400, /prefill/);
  await refused({ messages: [opened, said([call('a')]), user('Well?')] }, 400, /without `tool_result` blocks.*: a\./);
  await refused(
    { messages: [opened, said([call('a')]), user([text('x'), result('a')])] },
    400,
    /without `tool_result`/,
  );
  await refused({ messages: [user([result('a')])] }, 400, /unexpected `tool_use_id`/);
  await refused({ messages: [opened, said([call('a')]), user([result('a'), result('a')])] }, 400, /unexpected/);
  await refused({ messages: [opened, said([result('a')]), user('x')] }, 400, /can only be in `user` messages/);
  await refused({ messages: [user([call('a')])] }, 400, /can only be in `assistant` messages/);
  const twice = [opened, said([call('a')]), user([result('a')]), said([call('a')]), user([result('a')])];
  await refused({ messages: twice }, 400, /must be unique/);
  await refused({ messages: [user([text('')])] }, 400, /must be non-empty/);
  await refused({ messages: [user(' ')] }, 400, /non-whitespace/);
  await refused({ messages: [user([])] }, 400, /non-empty content/);
  await refused({ messages: [{ role: 'person', content: 'x' }] }, 400, /messages\.0\.role/);
});

test('fields of older versions and forced choices are refused', async () => {
  for (const field of ['temperature', 'top_p', 'top_k']) {
    await refused({ [field]: 1 }, 400, new RegExp(`^${field}: Extra inputs are not permitted`));
  }
  await refused({ thinking: { type: 'enabled', budget_tokens: 2_000 } }, 400, /thinking\.type\.enabled/);
  await refused({ thinking: { type: 'disabled' } }, 400, /thinking\.type\.disabled/);
  await refused({ tool_choice: { type: 'any' } }, 400, /tool_choice/);
  await refused({ tool_choice: { type: 'tool', name: 'bash' } }, 400, /tool_choice/);
  await refused({ messages: [user([{ ...text('x'), colour: 'red' } as never])] }, 400, /colour: Extra inputs/);
  await refused({ max_tokens: 1_000_000 }, 400, /max_tokens/);
});

test('more than four cache markers are refused', async () => {
  const marked = (words: string) => ({ ...text(words), cache_control: { type: 'ephemeral' as const } });
  const messages = (count: number) => [user([text(OPENING), ...Array.from({ length: count }, () => marked('x'))])];
  await refused({ messages: messages(5) }, 400, /maximum of 4 blocks with cache_control.*Found 5/);
  await client.messages.create(request({ messages: messages(4) }));
});

test('a thinking block is bound to what came before it', async () => {
  const { content } = await client.messages.create(request());
  const next = (opening: string, blocks: Anthropic.ContentBlockParam[]) => {
    const ids = blocks.flatMap((block) => (block.type === 'tool_use' ? [result(block.id)] : []));
    return [user(opening), said(blocks), user(ids)];
  };
  await client.messages.create(request({ messages: next(OPENING, content) }));
  const changed = content.map((block) => (block.type === 'thinking' ? { ...block, thinking: 'Other' } : block));
  await refused({ messages: next(OPENING, changed) }, 400, /Invalid `signature` in `thinking` block/);
  await refused({ messages: next(`${OPENING} `, content) }, 400, /bound to a different conversation/);
  await refused({ messages: next(OPENING, content), system: 'New' }, 400, /bound to a different conversation/);
  await refused({ messages: next(OPENING, content), tools: toolsOf('plan') }, 400, /different conversation/);
  const bare = content.filter((block) => block.type !== 'thinking');
  await client.messages.create(request({ messages: next(OPENING, bare) }));
});

test('a thinking block that is missing between others is noticed', async () => {
  const messages: Anthropic.MessageParam[] = [user(OPENING)];
  for (let turn = 1; turn <= 4; turn += 1) {
    const { content } = await client.messages.create(request({ messages }));
    const calls = content.flatMap((block) => (block.type === 'tool_use' ? [result(block.id)] : []));
    messages.push(said(content), user(calls));
  }
  await client.messages.create(request({ messages }));
  const [opening, first, ...rest] = messages;
  const spoken = first?.content as Anthropic.ContentBlockParam[];
  const thoughtless = spoken.filter((block) => block.type !== 'thinking');
  await refused({ messages: [opening, said(thoughtless), ...rest] }, 400, /different conversation/);
});

test('without a key, a version or a known model there is no answer', async () => {
  await refused({ model: 'claude-nothing' }, 404, /^model: claude-nothing$/);
  const post = (headers: Record<string, string>) =>
    fetch(`${model.url}/v1/messages`, { method: 'POST', headers, body: JSON.stringify(request()) });
  assert.equal((await post({ 'anthropic-version': '2026-10-21' })).status, 401);
  assert.equal((await post({ authorization: 'Bearer x' })).status, 400);
  assert.equal((await post({ authorization: 'Bearer x', 'anthropic-version': '2026-10-21' })).status, 200);
});

test('a scenario answers its epic round by round; the default brain answers the rest', async () => {
  const turn = (command: string) => [{ tools: [{ tool: 'bash', input: { command } }] }];
  const scenario = Scenario.parse({
    epics: [
      {
        title: 'Ship',
        tasks: {
          slugs: {
            implement: [[...turn('one {{task.key}}'), ...turn('two {{epic.id}}')], turn('second attempt')],
            conflict: [turn('cat {{files}}')],
          },
        },
      },
    ],
  });
  const scripted = await startScriptedModel({ scenario });
  try {
    const scriptedClient = createModelClient({ apiKey: 'any', baseUrl: scripted.url });
    const commandOf = async (messages: Anthropic.MessageParam[]) => {
      const { content } = await scriptedClient.messages.create(request({ messages }));
      const use = content.find((block) => block.type === 'tool_use');
      assert.ok(use !== undefined);
      return { content, command: (use.input as { command: string }).command, use: use.id };
    };
    const first = await commandOf([user(OPENING)]);
    assert.equal(first.command, 'one slugs');
    const second = [user(OPENING), said(first.content), user([result(first.use)])];
    assert.equal((await commandOf(second)).command, 'two e1');
    assert.equal((await commandOf([user(OPENING.replace('attempt="1"', 'attempt="2"'))])).command, 'second attempt');
    const conflict =
      '<round kind="conflict" epic="e1" task="slugs" attempt="1">\n<files>\na b.ts\nit\'s.ts\n</files>\n</round>';
    const third = [...second.slice(0, 2), user([result(first.use), text(conflict)])];
    assert.equal((await commandOf(third)).command, `cat 'a b.ts' 'it'\\''s.ts'`);
    const other = OPENING.replace('\nShip\n', '\nAnother epic\n');
    assert.equal((await commandOf([user(other)])).command, 'mkdir -p factory-notes && ls factory-notes');
  } finally {
    await scripted.close();
  }
});

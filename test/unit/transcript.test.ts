/** The message builder: messages that the API takes, whatever the rows; the same rows, the same messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type Anthropic from '@anthropic-ai/sdk';
import fc from 'fast-check';
import { briefText } from '../../activities/agent/briefs.ts';
import { buildMessages, cutInTheMiddle, INTERRUPTED, OUTPUT_LIMIT } from '../../activities/agent/transcript.ts';
import type { TranscriptRows } from '../../db/reads/model-input.ts';
import { readRequest } from '../../local/model/request.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';

const request = (messages: Anthropic.MessageParam[]) =>
  readRequest(
    JSON.stringify({
      model: 'claude-opus-5-5',
      max_tokens: 100,
      system: [{ type: 'text', text: 'You are.', cache_control: { type: 'ephemeral' } }],
      messages,
    }),
  );

const text = (words: string) => ({ type: 'text' as const, text: words, citations: null });
const thinking = (words: string) => ({ type: 'thinking' as const, thinking: words, signature: 's' });
const use = (id: string, input: unknown = {}) => ({ type: 'tool_use' as const, id, name: 'bash', input });
const rows = (rest: Partial<TranscriptRows>): TranscriptRows => ({
  turns: [],
  toolCalls: [],
  briefs: [{ turn: 1, body: 'Do it.' }],
  compactedBeforeTurn: 0,
  ...rest,
});

test('outputs come in the order of the calls, before the briefs of the turn', () => {
  const messages = buildMessages(
    rows({
      turns: [{ turn: 1, content: [text('Look.'), use('a'), use('b')] }],
      toolCalls: [
        { turn: 1, toolUseId: 'b', output: 'B', isError: false },
        { turn: 1, toolUseId: 'a', output: '', isError: true },
      ],
      briefs: [
        { turn: 1, body: 'Do it.' },
        { turn: 2, body: 'And this.' },
      ],
    }),
    2,
  );
  assert.deepEqual(messages[2], {
    role: 'user',
    content: [
      { type: 'tool_result', tool_use_id: 'a', content: '(no output)', is_error: true },
      { type: 'tool_result', tool_use_id: 'b', content: 'B' },
      { type: 'text', text: 'And this.', cache_control: { type: 'ephemeral' } },
    ],
  });
});

test('whatever the rows, the API takes the messages', () => {
  const block = fc.oneof(
    fc.string().map(text),
    fc.string().map(thinking),
    fc.string().map((command) => ({ ...use(''), input: { command } })),
  );
  const turns = fc.array(
    fc.tuple(fc.array(block, { maxLength: 5 }), fc.option(fc.string()), fc.string(), fc.boolean()),
    {
      maxLength: 12,
    },
  );
  fc.assert(
    fc.property(turns, fc.nat(14), (answers, compactedBeforeTurn) => {
      const contents = answers.map(([content], turn) =>
        content.map((part, position) => (part.type === 'tool_use' ? { ...part, id: `t${turn}-${position}` } : part)),
      );
      const built = rows({
        compactedBeforeTurn,
        turns: contents.map((content, index) => ({ turn: index + 1, content })),
        toolCalls: contents.flatMap((content, index) =>
          content.flatMap((part) =>
            part.type === 'tool_use' && answers[index]?.[3]
              ? [{ turn: index + 1, toolUseId: part.id, output: answers[index]?.[2] ?? '', isError: false }]
              : [],
          ),
        ),
        briefs: [
          { turn: 1, body: 'Do it.' },
          ...answers.flatMap(([, brief], index) => (brief === null ? [] : [{ turn: index + 2, body: brief }])),
        ],
      });
      const messages = buildMessages(built, answers.length + 1);
      assert.deepEqual(buildMessages(structuredClone(built), answers.length + 1), messages);
      request(messages);
    }),
  );
});

test('a later turn only adds to what was sent before, but for the cache markers', () => {
  const turns = [1, 2, 3, 4].map((turn) => ({
    turn,
    content: turn === 2 ? [text('A word.'), thinking('cut')] : [thinking(`${turn}`), use(`t${turn}`)],
  }));
  const toolCalls = turns.map(({ turn }) => ({ turn, toolUseId: `t${turn}`, output: `o${turn}`, isError: false }));
  const unmarked = (messages: unknown) =>
    JSON.stringify(messages).replaceAll(',"cache_control":{"type":"ephemeral"}', '');
  const before = unmarked(buildMessages(rows({ turns: turns.slice(0, 3), toolCalls }), 4));
  const after = unmarked(buildMessages(rows({ turns, toolCalls }), 5));
  assert.ok(after.startsWith(before.slice(0, -1)), 'the prefix has changed');
});

test('the last two user messages carry the markers', () => {
  const turns = [1, 2, 3].map((turn) => ({ turn, content: [use(`t${turn}`)] }));
  const marked = buildMessages(rows({ turns }), 4).map((message) => JSON.stringify(message).includes('cache_control'));
  assert.deepEqual(marked, [false, false, false, false, true, false, true]);
});

test('an hour is on every marker, and a model is told no thoughts of another', () => {
  const turns = [1, 2, 3].map((turn) => ({
    ...{ turn, content: [thinking(`thought-${turn}`), use(`t${turn}`)], model: turn === 2 ? 'other' : 'own' },
  }));
  const told = (model: string) => JSON.stringify(buildMessages(rows({ turns }), 4, { model, cacheTtl: '1h' }));
  const thoughts = (text: string) => [1, 2, 3].filter((turn) => text.includes(`thought-${turn}`));
  assert.deepEqual([thoughts(told('own')), thoughts(told('other'))], [[1, 3], [2]]);
  assert.deepEqual(told('own').match(/"cache_control":\{[^}]*\}/g), [
    '"cache_control":{"type":"ephemeral","ttl":"1h"}',
    '"cache_control":{"type":"ephemeral","ttl":"1h"}',
  ]);
});

test('a call without an answer is told as interrupted', () => {
  const messages = buildMessages(rows({ turns: [{ turn: 1, content: [use('a')] }] }), 2);
  assert.match(JSON.stringify(messages), new RegExp(INTERRUPTED.notStarted));
});

test('compaction leaves out old outputs, long inputs and all earlier thoughts, and keeps the last turns’ outputs', () => {
  const turns = [1, 2, 3, 4, 5, 6].map((turn) => ({
    turn,
    content: [thinking(`thought-${turn}`), use(`t${turn}`, { command: 'create', file_text: `${turn}`.repeat(2_000) })],
  }));
  const toolCalls = turns.map(({ turn }) => ({
    turn,
    toolUseId: `t${turn}`,
    output: `output-${turn}`,
    isError: false,
  }));
  const sent = JSON.stringify(buildMessages(rows({ turns, toolCalls, compactedBeforeTurn: 6 }), 7));
  const shown = (what: string) => [1, 2, 3, 4, 5, 6].filter((turn) => sent.includes(`${what}${turn}`));
  assert.deepEqual(shown('output-'), [3, 4, 5, 6]);
  assert.deepEqual(shown('thought-'), [6]);
  assert.ok(!sent.includes('1'.repeat(2_000)) && sent.includes('5'.repeat(2_000)));
});

test('compaction keeps the task with its criteria, the limits, and what people said, word by word', () => {
  const task = TaskInput.parse({ key: 'slugs', title: 'Make slugs', acceptance: ['npm test passes', 'ß becomes ss'] });
  const facts = {
    ...{ epicId: 'shop', taskKey: 'slugs', repository: 'shop', worktree: '/w', attempt: 1, epicTitle: 'Ship' },
    ...{ epicTold: false, checks: [], files: [], diff: '' },
  };
  const limits = { turns: 40, commandSeconds: 90, network: ['registry.example'] };
  const opening = briefText(
    { kind: 'implement', epicTitle: 'Ship', task, targetBranch: 'main', limits, delivered: [] },
    facts,
  );
  const said = briefText({ kind: 'feedback', by: 'ann', comment: `Keep umlauts. ${'Really. '.repeat(400)}` }, facts);
  const answers = fc.array(fc.string({ minLength: 2_000, maxLength: 3_000 }), { minLength: 1, maxLength: 12 });
  fc.assert(
    fc.property(answers, fc.nat(14), fc.nat(12), (outputs, compactedBeforeTurn, saidAt) => {
      const turns = outputs.map((output, index) => ({ turn: index + 1, content: [use(`t${index}`, { output })] }));
      const toolCalls = outputs.map((output, index) => ({
        ...{ turn: index + 1, toolUseId: `t${index}`, output, isError: false },
      }));
      const briefs = [
        { turn: 1, body: opening },
        { turn: Math.min(saidAt, outputs.length) + 1, body: said },
      ];
      const messages = buildMessages({ turns, toolCalls, briefs, compactedBeforeTurn }, outputs.length + 1);
      const told = messages.flatMap(({ content }) => (content as Anthropic.ContentBlockParam[]).map(textIn)).join('\n');
      for (const kept of [opening, said]) assert.ok(told.includes(kept));
      assert.match(told, /ß becomes ss[\s\S]*at most 40 turns, a command 90 s/);
    }),
    { numRuns: 50 },
  );
});

const textIn = (block: Anthropic.ContentBlockParam): string => (block.type === 'text' ? block.text : '');

test('what is too long is cut in the middle, and says how much is missing', () => {
  const output = `${'a'.repeat(40_000)}${'b'.repeat(40_000)}`;
  const cut = cutInTheMiddle(output, OUTPUT_LIMIT);
  assert.ok(cut.length <= OUTPUT_LIMIT);
  const [note = ''] = /\n\[.*\]\n/.exec(cut) ?? [];
  const missing = Number(/… (\d+) characters/.exec(note)?.[1]);
  assert.equal(cut.length - note.length + missing, output.length);
  assert.ok(cut.startsWith('aaa') && cut.endsWith('bbb'));
});

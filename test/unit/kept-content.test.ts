/** Stores an answer that holds a secret without it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keptContent } from '../../activities/agent/kept-content.ts';
import { toolCallRef } from '../../activities/agent/tools.ts';
import { made } from '../support/made-up-secrets.ts';

const key = `ghp_${made(36)}`;
const block = (value: object) => value as Parameters<typeof keptContent>[0][number];
const thought = (thinking: string) => block({ type: 'thinking', thinking, signature: 'as the model signed it' });
const call = (name: string, input: object) => block({ type: 'tool_use', id: name, name, input });

test('a submission and words lose their secrets, and a command keeps what it is to be run with', () => {
  const bash = call('bash', { command: `echo ${key}` });
  const work = call('submit_work', { summary: key, commitMessage: `Add ${key}` });
  const kept = keptContent([thought('plain'), block({ type: 'text', text: key }), bash, work], 'implement');
  const hidden = '[secret removed: GITHUB_TOKEN]';
  assert.deepEqual(kept, [
    thought('plain'),
    { type: 'text', text: hidden },
    bash,
    call('submit_work', { summary: hidden, commitMessage: `Add ${hidden}` }),
  ]);
});

test('a thought goes as a whole, since its signature is for its words', () => {
  const kept = keptContent([thought('plain'), thought(`use ${key}`), call('bash', { command: 'ls' })], 'implement');
  assert.deepEqual(kept, [call('bash', { command: 'ls' })]);
});

test('a tool that a role does not have is nothing to be carried out', () => {
  const [kept] = keptContent([call('unknown', { a: key })], 'review');
  assert.doesNotMatch(JSON.stringify(kept), /ghp_/);
});

test('the line that a call is shown by holds no secret', () => {
  const { summary } = toolCallRef(
    { id: '1', name: 'bash', input: { command: `curl -H 'X: ${key}' a.io` } },
    'implement',
  );
  assert.equal(summary, "curl -H 'X: [secret removed: GITHUB_TOKEN]' a.io");
});

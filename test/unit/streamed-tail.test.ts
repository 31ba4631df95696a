/** The end of a streamed text shows no part of a secret, wherever the stream stands. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createStreamedTail } from '../../activities/secrets/streamed-tail.ts';
import { made } from '../support/made-up-secrets.ts';

test('the last words are shown without the unfinished one', () => {
  const tail = createStreamedTail();
  assert.equal(tail.read(), '');
  for (const delta of ['one', ' two', ' thr']) tail.add(delta);
  assert.equal(tail.read(), 'one two ');
  tail.add(` ${'word '.repeat(20_000)}end `);
  assert.equal(tail.read(), `${'word '.repeat(40)}end `.slice(-200));
});

test('no line of a long private key is shown, however far it has come', () => {
  const lines = Array.from({ length: 200 }, (_, i) => made(64, undefined, `line ${i}`));
  const tail = createStreamedTail();
  tail.add(`${'before '.repeat(10_000)}\n-----BEGIN ${'RSA'} PRIVATE KEY-----\n`);
  for (const [i, line] of lines.entries()) {
    tail.add(line.slice(0, 30));
    tail.add(`${line.slice(30)}\n`);
    if (i % 10 === 0) assert.doesNotMatch(tail.read(), /\w{20}/);
  }
});

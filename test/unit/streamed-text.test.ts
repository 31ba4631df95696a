/** A text that is shown while it streams: never the first half of a secret, and never more than the stored one says. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { withoutSecrets } from '../../activities/secrets/redact.ts';
import { createStreamedText } from '../../activities/secrets/streamed-text.ts';
import { MADE_UP, made, pem } from '../support/made-up-secrets.ts';

const MANY = 1_000_000;

/** Feeds the text in pieces of these lengths, again and again, and returns what was shown after each. */
function stream(whole: string, lengths: readonly number[], most = MANY) {
  const streamed = createStreamedText(most);
  const shown: { text: string; offset: number }[] = [];
  for (let at = 0, piece = 0; at < whole.length; piece += 1) {
    const length = lengths[piece % lengths.length] as number;
    streamed.add(whole.slice(at, at + length));
    at += length;
    streamed.settle();
    shown.push(streamed.read());
  }
  streamed.settle(true);
  shown.push(streamed.read());
  return { shown, holdsSecret: streamed.holdsSecret() };
}

test('however a text is cut, what is shown of it is a beginning of what is stored', () => {
  for (const [kind, value, around = (v: string) => v] of MADE_UP) {
    const whole = `I found it:\n${around(value)}\nand it is used for the deployment of the shop, so it stays.`;
    const stored = withoutSecrets(whole);
    for (const lengths of [[1], [7, 2, 13], [64], [5_000]]) {
      const { shown, holdsSecret } = stream(whole, lengths);
      for (const { text } of shown) assert.ok(stored.startsWith(text), `${kind}: …${text.slice(-80)}`);
      assert.equal(shown.at(-1)?.text, stored, kind);
      assert.ok(holdsSecret, kind);
    }
  }
});

test('ordinary text comes word by word, and what is no secret is never kept back for good', () => {
  const { shown, holdsSecret } = stream('First one thing, then another.', [9]);
  assert.deepEqual(
    shown.map(({ text }) => text),
    [
      'First ',
      'First one thing, ',
      'First one thing, then ',
      'First one thing, then ',
      'First one thing, then another.',
    ],
  );
  assert.equal(holdsSecret, false);
  assert.ok(stream('店を開く前に在庫を確かめる', [4]).shown[1]?.text.length === 8, 'words without spaces come too');
});

test('a key without an end is held back from its first line on', () => {
  const cut = pem('PRIVATE KEY').split('\n').slice(0, 4).join('\n');
  const { shown } = stream(`Here:\n${cut}`, [10]);
  assert.ok(shown.slice(0, -1).every(({ text }) => 'Here:\n'.startsWith(text)));
  assert.equal(shown.at(-1)?.text, 'Here:\n[secret removed: PRIVATE_KEY]');
});

test('of a long text the end is kept, with how much is left out, and its secrets are found', () => {
  const filler = 'All is well in the shop. '.repeat(4_000);
  const whole = `${filler}npm_${made(36)} is the token. ${filler}`;
  const { shown } = stream(whole, [900], 500);
  const stored = withoutSecrets(whole);
  for (const { text, offset } of shown) {
    assert.ok(text.length <= 500);
    assert.equal(text, stored.slice(offset, offset + text.length));
  }
  assert.equal(shown.at(-1)?.offset, stored.length - 500);
});

test('whatever is written, in whatever pieces: all of it is shown in the end, and nothing is taken back', () => {
  const words = fc.array(
    fc.oneof(
      fc.string({ maxLength: 12, unit: 'binary' }),
      fc.constantFrom(' ', '\n', '"value": "', "SECRET_KEY = '", '-----BEGIN RSA PRIVATE KEY-----', `npm_${made(36)}`),
    ),
    { maxLength: 30 },
  );
  fc.assert(
    fc.property(words, fc.array(fc.integer({ min: 1, max: 40 }), { minLength: 1, maxLength: 8 }), (all, lengths) => {
      const whole = all.join('');
      const { shown } = stream(whole, lengths);
      for (const [i, { text }] of shown.entries()) assert.ok(text.startsWith(shown[i - 1]?.text ?? ''));
      assert.ok(
        !shown.some(({ text }) => text.includes(`npm_${made(36)}`) && !withoutSecrets(whole).includes(made(36))),
      );
      assert.equal(shown.at(-1)?.text, withoutSecrets(whole));
    }),
    { numRuns: 300 },
  );
});

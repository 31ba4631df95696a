/** A long text is searched as a short one is, and others run meanwhile. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findInPieces } from '../../activities/secrets/find-in-pieces.ts';
import { findSecrets } from '../../activities/secrets/find-secrets.ts';
import { made, pem } from '../support/made-up-secrets.ts';

test('each secret is found once and whole, at its place, wherever the pieces end', async () => {
  // So close together that some lie across each end of a piece.
  const around = `\n${'a line of words\n'.repeat(20)}`;
  const blocks = Array.from({ length: 700 }, (_, i) =>
    i % 2 === 0 ? `${around}ghp_${made(36, undefined, `${i}`)}` : `${around}${pem('RSA PRIVATE KEY')}`,
  );
  const text = blocks.join('');
  assert.ok(text.length > 300_000);
  const found = await findInPieces(text, 'a.txt');
  assert.deepEqual(found, findSecrets(text, 'a.txt'));
  assert.equal(found.length, 700);
});

test('others run between the pieces', async () => {
  let turns = 0;
  const count = () => {
    turns += 1;
    waiting = setImmediate(count);
  };
  let waiting = setImmediate(count);
  await findInPieces('x '.repeat(500_000), 'a.txt');
  clearImmediate(waiting);
  assert.ok(turns >= 4, `${turns}`);
});

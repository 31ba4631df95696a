/** Ids of submitted epics: valid whatever is sent, and equal when and only when the same epic is meant. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { epicIdFor } from '../../api/epic-ids.ts';
import { pendingWords } from '../../api/pending-words.ts';
import { EpicId } from '../../workflows/contract/ids.ts';

const issue = (id: string) => epicIdFor({ title: 'x', source: { tracker: 'linear', id } }, undefined);
const keyed = (key: string) => epicIdFor({ title: 'x' }, key);

test('every id is one that an epic may have', () => {
  const text = fc.string({ minLength: 1, maxLength: 300, unit: 'grapheme' });
  fc.assert(
    fc.property(text, (given) => {
      for (const id of [issue(given), keyed(given), epicIdFor({ title: given }, undefined)]) EpicId.parse(id);
    }),
  );
});

test('different keys and issues are different epics', () => {
  const text = fc.string({ minLength: 1, maxLength: 60 });
  fc.assert(
    fc.property(text, text, (one, other) => {
      fc.pre(one !== other);
      assert.notEqual(keyed(one), keyed(other));
      // A tracker's ids do not differ by case alone.
      fc.pre(one.toUpperCase() !== other.toUpperCase());
      assert.notEqual(issue(one), issue(other));
    }),
  );
  const similar = ['A b', 'a-b', 'a_b', 'a--b', 'x'.repeat(50), 'x'.repeat(51)];
  assert.equal(new Set(similar.map(issue)).size, similar.length);
});

test('the same key and issue is the same epic, and titles alone never are', () => {
  assert.equal(keyed('deploy-7'), 'deploy-7');
  assert.equal(keyed('Deploy 7!'), keyed('Deploy 7!'));
  assert.equal(issue('ENG-42'), 'linear-eng-42');
  assert.notEqual(epicIdFor({ title: 'Same' }, undefined), epicIdFor({ title: 'Same' }, undefined));
});

test('a message that counts each time it is sent is not said to be safe to send again, but with its key', () => {
  assert.match(pendingWords('pause', false), /stored.*; sending it again is safe$/);
  for (const name of ['rewindTask', 'interrupt', 'interruptTask']) {
    assert.match(pendingWords(name, false), /; sent again it \w+ .*once more$/, name);
    assert.match(
      pendingWords(name, true),
      /; sending it again with the same key is safe; without the key it \w+/,
      name,
    );
  }
});

import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withoutDirections } from '../../web/data/direction-marks.ts';

test('every mark that turns text is shown as its code, and nothing else is', () => {
  for (const code of ['061C', '200E', '200F', '202A', '202E', '2066', '2069']) {
    assert.equal(withoutDirections(`a${String.fromCharCode(Number.parseInt(code, 16))}b`), `a⟨U+${code}⟩b`);
  }
  assert.equal(withoutDirections('שלום, plain \u200B text'), 'שלום, plain \u200B text');
});

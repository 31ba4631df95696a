/** docs/errors.md has every failure with its cause, and a remedy. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { absolute } from '../../config/files.ts';
import { FAILURES } from '../../workflows/contract/failures.ts';

test('docs/errors.md has every failure, in the order of the list, with its cause and what helps', () => {
  const rows = readFileSync(absolute('docs/errors.md'), 'utf8').matchAll(/^\| `(\w+)` \| (.+?) \| (.+?) \|$/gm);
  const told = [...rows].map(([, name, cause]) => [name, cause]);
  assert.deepEqual(told, Object.entries(FAILURES));
});

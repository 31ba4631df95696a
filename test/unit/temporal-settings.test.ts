/** The Temporal of compose is set up like the embedded one. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { parse } from 'yaml';
import { absolute } from '../../config/files.ts';
import { DYNAMIC_CONFIG } from '../../local/stack/temporal.ts';

test('compose has each setting of the history service that the embedded server has', () => {
  const file = readFileSync(absolute('docker/temporal-dynamic-config.yaml'), 'utf8');
  const given = Object.entries(parse(file) as Record<string, [{ readonly value: unknown }]>);
  const ofCompose = given.map(([name, [{ value }]]) => `${name}=${typeof value === 'string' ? `"${value}"` : value}`);
  const embedded = DYNAMIC_CONFIG.filter((setting) => setting.startsWith('history.'));
  assert.deepEqual(ofCompose.toSorted(), embedded.toSorted());
});

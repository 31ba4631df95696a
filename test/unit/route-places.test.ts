/** Each route of the API has a command and a place in the dashboard, or says why not; nothing that is gone is named. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { problems, readKnown } from '../../scripts/generate-route-table.ts';
import { PLACES } from '../../scripts/route-places.ts';

test('the places of all routes are there', async () => assert.deepEqual(problems(PLACES, await readKnown()), []));

test('an unknown name on either side and an empty cell are found', () => {
  const known = { routes: ['GET /a', 'GET /new'], commands: ['list'], pages: ['/'], called: ['GET /a'] };
  const places = {
    'GET /a': { commands: [], pages: { '/gone': 'it' } },
    'GET /b': { commands: ['stop' as const], pages: '' },
  };
  assert.deepEqual(problems(places, known), [
    'GET /new has no place',
    'GET /a: there is no page /gone',
    'GET /a: neither a command nor a reason',
    'there is no route GET /b',
    'GET /b: there is no command stop',
    'GET /b: no page and no reason',
  ]);
  const right = { 'GET /a': { commands: ['list' as const], pages: { '*': 'it' } } };
  assert.deepEqual(problems(right, { ...known, routes: ['GET /a'] }), []);
  assert.deepEqual(problems(right, { ...known, routes: ['GET /a'], called: [] }), [
    'GET /a: the dashboard does not call it',
  ]);
});

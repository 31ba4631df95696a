/** Which reads a change makes stale. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { keys, staleKeys } from '../../web/data/changes.ts';

const stale = (kind: string) =>
  staleKeys([{ kind, id: 'x', epicId: 'shop', taskKey: 'api' }]).map((key) => key.join(' '));

test('an epic that starts or ends changes what the fleet says of epics', () => {
  assert.ok(stale('epic').includes(keys.fleet.join()));
});

test('lanes show what was handed in and its pull request', () => {
  for (const kind of ['submission', 'pull-request', 'task', 'epic']) {
    assert.ok(stale(kind).includes(keys.lanes.join()), kind);
  }
});

test('each stale read is named once, and a kind of a later version touches what people look at', () => {
  const change = { kind: 'task', id: 'x', epicId: 'shop', taskKey: 'api' };
  assert.deepEqual(staleKeys([change, change]), staleKeys([change]));
  assert.ok(stale('of-later').includes(keys.requests.join()));
});

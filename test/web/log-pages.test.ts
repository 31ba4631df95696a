/** The decision log as it is read: only what may be new is asked for, and nothing is lost or shown twice. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { joinEntries, newestEntries, settledEntry } from '../../api/client/log-pages.ts';

const entries = (...ids: number[]) => ids.map((id) => ({ id }));
const upTo = (last: number) => entries(...Array.from({ length: last }, (_, index) => index + 1));

test('a log is read from its begin, and a long one goes on near its end', () => {
  assert.equal(settledEntry([]), 0);
  assert.equal(settledEntry(upTo(50)), 0);
  assert.equal(settledEntry(upTo(1_051)), 1_001);
});

test('an entry that comes to be seen after a later one takes its place, and none stands twice', () => {
  const known = upTo(100).filter(({ id }) => id !== 99);
  const after = settledEntry(known);
  const page = upTo(102).filter(({ id }) => id > after);
  assert.deepEqual(joinEntries(known, page, after), upTo(102));
});

test('a reader that keeps the newest entries only is told of one that came late, and of none twice', () => {
  const told: number[] = [];
  let known: { id: number }[] = [];
  const read = (log: readonly number[]) => {
    const after = settledEntry(known);
    const news = log.filter((id) => id > after && !known.some((entry) => entry.id === id));
    told.push(...news);
    known = newestEntries([...known, ...news.map((id) => ({ id }))]);
  };
  const upTo = (last: number) => Array.from({ length: last }, (_, i) => i + 1);
  read(upTo(120).filter((id) => id !== 100));
  read(upTo(130));
  read(upTo(130));
  assert.deepEqual(
    told.toSorted((a, b) => a - b),
    upTo(130),
  );
  assert.ok(known.length <= 51);
});

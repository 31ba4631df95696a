/** The line to a branch under any order of messages. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { AskTurn } from '../../workflows/contract/line.ts';
import {
  ask,
  expire,
  grantNext,
  isEmpty,
  type LineData,
  leave,
  newLine,
  nextExpiry,
} from '../../workflows/line/order-state.ts';

const member = (name: string, since: number, more: Partial<AskTurn> = {}): AskTurn => ({
  ...{ member: name, run: 'r', ticket: `${name}1`, priority: 0, since, isBehind: false },
  ...more,
});

test('first come, first served within priority, each asked once', () => {
  const line = newLine();
  const [a, b, urgent] = [member('a', 1), member('b', 2), member('urgent', 3, { priority: 1 })];
  for (const asked of [b, a, a, urgent]) ask(line, asked);
  const order: string[] = [];
  for (let next = grantNext(line); next !== undefined; next = grantNext(line)) {
    assert.equal(grantNext(line), undefined, 'one at a time');
    order.push(next.member);
    leave(line, next);
  }
  assert.deepEqual(order, ['urgent', 'a', 'b']);
  assert.ok(isEmpty(line));
});

test('leaving with the ticket of an earlier asking, or of another member, frees nobody’s turn', () => {
  const line = newLine();
  ask(line, member('a', 1, { ticket: '2' }));
  grantNext(line);
  leave(line, member('a', 1));
  leave(line, member('b', 1, { ticket: '2' }));
  leave(line, member('a', 1, { ticket: '3' }));
  assert.equal(line.holder?.member, 'a');
});

test('an asking that arrives after its own ticket was given back takes no turn', () => {
  const line = newLine();
  leave(line, member('a', 1));
  ask(line, member('a', 1));
  assert.equal(grantNext(line), undefined);
});

test('what one run gave back does not keep the run that a reset made from asking with the ticket that it shares', () => {
  const line = newLine();
  const asked = member('a', 1);
  ask(line, asked);
  leave(line, asked);
  ask(line, asked);
  assert.equal(grantNext(line), undefined, 'a late asking of the run that left');
  ask(line, { ...asked, run: 'reset' });
  assert.equal(grantNext(line)?.run, 'reset');
});

test('a holder that asks again is granted again; a new run of it takes its place over', () => {
  const line = newLine();
  ask(line, member('a', 1));
  grantNext(line);
  const again = member('a', 1, { run: 'reset', ticket: '2' });
  assert.deepEqual(ask(line, again), again);
  leave(line, again);
  assert.ok(isEmpty(line));
});

test('a settled conflict is merged before those who came later, and none of them is sent into a conflict in vain', () => {
  const line = newLine();
  for (const [index, name] of ['a', 'b', 'c', 'd'].entries()) ask(line, member(name, index));
  const a = grantNext(line);
  assert.equal(a?.settles, true);
  leave(line, { ...(a as AskTurn), settlesUntil: 1_000 });
  const b = grantNext(line);
  assert.deepEqual([b?.member, b?.settles], ['b', false]);
  // It conflicts too, so it waits for the one before it; others may pass.
  leave(line, b as AskTurn);
  ask(line, member('b', 1, { ticket: 'b2', isBehind: true }));
  const c = grantNext(line);
  assert.equal(c?.member, 'c');
  ask(line, member('a', 0, { ticket: 'a2' }));
  leave(line, c as AskTurn);
  const order = ['a', 'b', 'd'].map(() => {
    const next = grantNext(line) as AskTurn & { settles: boolean };
    leave(line, next);
    return [next.member, next.settles];
  });
  assert.deepEqual(order, [
    ['a', true],
    ['b', true],
    ['d', true],
  ]);
});

/** A member that says what it merges. */
const bring = (line: LineData, name: string, since: number, more: Partial<AskTurn> = {}) => {
  const merging = { epicId: name, taskKey: 't', branch: name, headSha: `head of ${name}`, policyHash: 'p' };
  return ask(line, member(name, since, { merging, ...more }));
};
const standing = (name: string) => ({ member: name, headSha: `head of ${name}` });
const evidence = { epicId: 'a', taskKey: 't', commitSha: 'all' };
const proof = (name: string, ...followedBy: string[]) => ({
  ...{ ...standing(name), treeSha: `tree of ${name}`, evidence, followedBy: followedBy.map(standing) },
});

test('a grant names the members behind it, up to the first that is unknown or under another policy', () => {
  for (const [last, more] of [
    ['unknown', { merging: undefined }],
    ['other', { merging: { epicId: 'o', taskKey: 't', branch: 'o', headSha: 'o', policyHash: 'another' } }],
  ] as const) {
    const line = newLine();
    for (const [since, name] of ['a', 'b', 'behind', 'c'].entries()) {
      bring(line, name, since, { isBehind: name === 'behind' });
    }
    bring(line, last, 5, more);
    bring(line, 'd', 6);
    assert.deepEqual(
      grantNext(line)?.followers.map((follower) => follower.member),
      ['b', 'c'],
    );
  }
});

test('what was green together counts as long as the others follow as they were, and nobody comes in between', () => {
  const granted = (change: (line: LineData) => void) => {
    const line = newLine();
    for (const [since, name] of ['a', 'b', 'c'].entries()) bring(line, name, since * 10);
    const first = grantNext(line) as AskTurn;
    change(line);
    leave(line, { ...first, together: { green: [proof('b', 'c'), proof('c')], red: [] } });
    const next = grantNext(line);
    return [next?.member, next?.proof?.treeSha];
  };
  assert.deepEqual(
    granted(() => {}),
    ['b', 'tree of b'],
  );
  assert.deepEqual(
    granted((line) => leave(line, member('c', 20))),
    ['b', undefined],
  );
  assert.deepEqual(
    granted((line) => void bring(line, 'between', 15)),
    ['b', undefined],
  );
  assert.deepEqual(
    granted((line) => void bring(line, 'd', 30)),
    ['b', 'tree of b'],
  );
  const other = { epicId: 'c', taskKey: 't', branch: 'c', headSha: 'pushed since', policyHash: 'p' };
  assert.deepEqual(
    granted((line) => void bring(line, 'c', 20, { merging: other })),
    ['b', undefined],
  );
  assert.deepEqual(
    granted((line) => leave(line, member('b', 10))),
    ['c', 'tree of c'],
  );
});

test('after a red batch half of it is tried next; a late result changes nothing', () => {
  const line = newLine();
  for (const [since, name] of ['a', 'b', 'c', 'd', 'e', 'f'].entries()) bring(line, name, since);
  const followers = (next = grantNext(line)) => next?.followers.map((follower) => follower.member);
  assert.deepEqual(followers(), ['b', 'c', 'd', 'e', 'f']);
  const first = line.holder as AskTurn;
  leave(line, { ...first, together: { green: [], red: ['b', 'c', 'd', 'e'] } });
  assert.deepEqual(followers(), ['c']);
  leave(line, { ...first, together: { green: [], red: [] } });
  leave(line, { ...(line.holder as AskTurn), together: { green: [proof('c')], red: [] } });
  assert.deepEqual(followers(), ['d', 'e', 'f'].slice(0, 3), 'c is no suspect any more');
  leave(line, line.holder as AskTurn);
  assert.deepEqual(followers(), [], 'd and e are: one of two is tried alone');
});

test('those who wait for a settled conflict go on when it takes too long', () => {
  const line = newLine();
  ask(line, member('a', 1));
  leave(line, { ...(grantNext(line) as AskTurn), settlesUntil: 1_000 });
  ask(line, member('b', 2, { isBehind: true }));
  assert.equal(grantNext(line), undefined);
  assert.equal(nextExpiry(line), 1_000);
  expire(line, 1_000);
  assert.deepEqual([grantNext(line)?.member, nextExpiry(line)], ['b', undefined]);
});

test('whatever happens, one merges at a time, nobody who settled a conflict is overtaken, and all come to their turn', () => {
  const event = fc.record({
    who: fc.nat(5),
    what: fc.constantFrom('ask', 'merge', 'conflict', 'close', 'expire'),
    priority: fc.nat(4),
  });
  fc.assert(
    fc.property(fc.array(event, { maxLength: 60 }), (events) => {
      const line = newLine();
      const places = new Map<string, AskTurn>();
      const settled = new Set<string>();
      let tickets = 0;
      const askAs = (name: string, place: AskTurn) => {
        tickets += 1;
        const asked = { ...place, ticket: String(tickets) };
        places.set(name, asked);
        ask(line, asked);
        check();
      };
      const rank = ({ priority, since }: AskTurn) => (priority === 0 ? 5 : priority) * 1_000 + since;
      function check(): void {
        const before = line.settling.length;
        const next = grantNext(line);
        if (next === undefined) return;
        const overtaken = line.waiting.filter((other) => settled.has(other.member) && rank(other) < rank(next));
        assert.deepEqual(overtaken, []);
        if (next.settles) assert.ok(line.settling.every((other) => rank({ ...next, ...other }) > rank(next)));
        assert.equal(line.settling.length, before);
        // Its own conflict is not its to settle yet.
        if (!next.settles && Number(next.ticket) % 2 === 0) {
          leave(line, next);
          askAs(next.member, { ...next, isBehind: true });
        }
      }
      events.forEach(({ who, what, priority }, time) => {
        const name = `m${who}`;
        const known = places.get(name);
        const isHolder = line.holder?.member === name;
        const isSettling = line.settling.some((settling) => settling.member === name);
        if (what === 'ask' && (known === undefined || isSettling)) {
          if (isSettling) settled.add(name);
          askAs(name, known ?? member(name, time, { priority }));
        } else if (what === 'expire') expire(line, time);
        else if (known !== undefined && (isHolder || what === 'close')) {
          leave(line, what === 'conflict' ? { ...known, settlesUntil: time + 10 } : known);
          if (what !== 'conflict') places.delete(name);
          settled.delete(name);
          if (what === 'close')
            for (const { member, ticket } of line.settling.filter((one) => one.member === name))
              leave(line, { member, ticket });
        }
        check();
        const all = [...line.waiting, ...line.settling, ...(line.holder ? [line.holder] : [])].map((m) => m.member);
        assert.equal(new Set(all).size, all.length);
      });
      expire(line, Number.POSITIVE_INFINITY);
      for (let left = 0; !isEmpty(line); left += 1) {
        assert.ok(left < 20, 'somebody never comes to the turn');
        if (line.holder === undefined) grantNext(line);
        leave(line, line.holder as unknown as AskTurn);
      }
    }),
  );
});

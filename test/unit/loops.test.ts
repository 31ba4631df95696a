/** Loops of an agent: what is one, and what never is. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { afterTurn, fold, loopIn, newLoopMemory, turnMark } from '../../workflows/agent/loops.ts';
import type { LoopKind, TurnMark } from '../../workflows/contract/loops.ts';

const did = (action: string, result: string, isError = false): TurnMark => ({ action, result, isError });
const times = (count: number, of: (index: number) => TurnMark) => Array.from({ length: count }, (_, i) => of(i));

/** The turns at which a loop was seen, and whether it had been told before. */
function seen(turns: readonly (TurnMark | undefined)[]): { at: number; loop: LoopKind; isAgain: boolean }[] {
  let memory = newLoopMemory();
  return turns.flatMap((turn, index) => {
    const next = afterTurn(memory, turn);
    memory = next.memory;
    return next.loop === undefined ? [] : [{ at: index + 1, loop: next.loop, isAgain: next.isAgain === true }];
  });
}

test('the same action with the same result four times is a loop, told first and final the second time', () => {
  assert.deepEqual(seen(times(8, () => did('test', 'red'))), [
    { at: 4, loop: 'same-action', isAgain: false },
    { at: 8, loop: 'same-action', isAgain: true },
  ]);
});

test('the same error whatever is tried, and two steps in turn', () => {
  assert.equal(loopIn(times(4, (n) => did(`try ${n}`, 'no such file', true))), 'same-error');
  assert.equal(loopIn(times(4, (n) => did(`try ${n}`, 'done'))), undefined, 'what succeeds is no error');
  const pair = (n: number) => (n % 2 === 0 ? did('edit', 'edited') : did('undo', 'undone'));
  assert.equal(loopIn(times(6, pair)), 'alternating');
  assert.equal(loopIn(times(5, pair)), undefined);
  const fixing = (n: number) => (n % 2 === 0 ? did(`edit ${n}`, 'edited') : did('test', 'red', true));
  assert.deepEqual(seen(times(40, fixing)), [], 'edits between red tests are work');
});

test('kinds are told apart: each is told once', () => {
  const turns = [...times(4, () => did('a', 'b')), ...times(4, (n) => did(`${n}`, 'error', true))];
  assert.deepEqual(
    seen(turns).map(({ loop, isAgain }) => [loop, isAgain]),
    [
      ['same-action', false],
      ['same-error', false],
    ],
  );
});

test('polling that shows something new each time is never a loop, however long it goes on', () => {
  fc.assert(
    fc.property(
      fc.array(fc.tuple(fc.constantFrom('poll', 'wait', 'edit'), fc.boolean()), { maxLength: 60 }),
      (steps) => {
        assert.deepEqual(seen(steps.map(([action, isError], index) => did(action, `output ${index}`, isError))), []);
      },
    ),
  );
});

test('polling is no loop as long as its output changes at least every third time', () => {
  fc.assert(
    fc.property(fc.array(fc.integer({ min: 1, max: 3 }), { minLength: 1, maxLength: 30 }), (runs) => {
      const turns = runs.flatMap((length, index) => times(length, () => did('poll', `state ${index}`)));
      assert.deepEqual(seen(turns), []);
    }),
  );
});

test('whatever an agent does, memory stays small and a loop that goes on ends it', () => {
  const turn = fc.record({
    action: fc.constantFrom('a', 'b', 'c'),
    result: fc.constantFrom('x', 'y'),
    isError: fc.boolean(),
  });
  fc.assert(
    fc.property(fc.array(turn, { maxLength: 80 }), turn, (before, last) => {
      let memory = newLoopMemory();
      for (const one of before) memory = afterTurn(memory, one).memory;
      assert.ok(memory.recent.length <= 6 && memory.told.length <= 3);
      const ends = times(12, () => last).some((one) => {
        const next = afterTurn(memory, one);
        memory = next.memory;
        return next.isAgain === true;
      });
      assert.ok(ends, 'twelve turns without any difference');
    }),
  );
});

test('a turn is known by its calls in their order; one without marks, of an older history, begins again', () => {
  const call = (id: string, mark?: string) => ({
    ...{ id, name: 'bash', summary: id, readOnly: false },
    ...(mark === undefined ? {} : { mark }),
  });
  const results = new Map([
    ['1', { mark: 'x', isError: true }],
    ['2', { mark: 'y', isError: false }],
  ]);
  const mark = turnMark([call('1', 'a'), call('2', 'b')], results);
  assert.deepEqual(mark, { action: fold(['a', 'b']), result: fold(['x', 'y']), isError: false });
  assert.notEqual(fold(['a', 'b']), fold(['b', 'a']));
  assert.notEqual(fold(['ab', 'c']), fold(['a', 'bc']));
  assert.equal(turnMark([call('1')], results), undefined);
  const same = () => did('a', 'b');
  assert.deepEqual(seen([...times(3, same), undefined, ...times(3, same)]), []);
});

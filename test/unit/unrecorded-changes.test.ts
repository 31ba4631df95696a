/** What is known to be told, under any order of changes, records, arrivals and losses. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import type { DecisionEntry } from '../../workflows/contract/records.ts';
import { createUnrecordedChanges } from '../../workflows/unrecorded-changes.ts';

const decision = (seq: number): DecisionEntry => ({
  ...{ seq, at: '', actor: 'factory', kind: 'decision', decision: `${seq}`, reason: '' },
});

const Step = fc.oneof(
  fc.constant({ kind: 'decide' as const }),
  fc.constant({ kind: 'take' as const }),
  fc.record({ kind: fc.constantFrom('told' as const, 'lost' as const), which: fc.nat() }),
);

test('a record has every decision that no earlier one is known to have told, and nothing else', () => {
  fc.assert(
    fc.property(fc.array(Step, { maxLength: 60 }), (steps) => {
      const unrecorded = createUnrecordedChanges();
      let seq = 0;
      const told = new Set<number>();
      const flying: { readonly seqs: readonly number[]; readonly record: ReturnType<typeof unrecorded.take> }[] = [];
      for (const step of steps) {
        if (step.kind === 'decide') {
          seq += 1;
          unrecorded.logLine(decision(seq));
        } else if (step.kind === 'take') {
          const record = unrecorded.take();
          const seqs = record.decisions.map((entry) => entry.seq);
          const expected = Array.from({ length: seq }, (_, index) => index + 1).filter((each) => !told.has(each));
          assert.deepEqual(seqs, expected);
          assert.equal(unrecorded.isNews(), false);
          flying.push({ seqs, record });
        } else {
          const [arrived] = flying.splice(step.which % Math.max(1, flying.length), 1);
          if (arrived === undefined) continue;
          if (step.kind === 'lost') unrecorded.lost();
          else {
            arrived.record.told();
            for (const each of arrived.seqs) told.add(each);
          }
        }
        assert.equal(unrecorded.isLeft(), told.size < seq);
        if (!unrecorded.isLeft()) assert.equal(unrecorded.isNews(), false);
      }
    }),
  );
});

test('a record that was written after one was lost leaves no news', () => {
  const unrecorded = createUnrecordedChanges();
  unrecorded.logLine(decision(1));
  unrecorded.take();
  const second = unrecorded.take();
  unrecorded.lost();
  second.told();
  assert.equal(unrecorded.isNews(), false);
});

test('a message is applied once a record that has it was written, also one that overtook its own', () => {
  const unrecorded = createUnrecordedChanges();
  const isApplied = unrecorded.apply({ id: 'm', changed: true, message: 'done' });
  const first = unrecorded.take();
  unrecorded.lost();
  const second = unrecorded.take();
  assert.equal(isApplied(), false);
  assert.equal(second.messages.length, 1);
  second.told();
  assert.equal(isApplied(), true);
  first.told();
  assert.equal(unrecorded.take().messages.length, 0);
});

test('a mark is told when all from before it is written, whatever came after', () => {
  const unrecorded = createUnrecordedChanges();
  unrecorded.change();
  const isTold = unrecorded.mark();
  const record = unrecorded.take();
  unrecorded.change();
  assert.equal(isTold(), false);
  record.told();
  assert.equal(isTold(), true);
  assert.equal(unrecorded.isLeft(), true);
});

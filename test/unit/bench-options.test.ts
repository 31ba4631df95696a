/** Which measurements the arguments of `npm run bench` choose, and with which options. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { choose, definePart, WrongUsage } from '../../bench/options.ts';
import { usage } from '../../bench/usage.ts';

const count = (fallback: number) => ({ about: 'how many', placeholder: 'N', fallback });
const parts = {
  quick: definePart({
    about: 'quick',
    options: { epics: count(30), against: { about: 'a build', placeholder: 'COMMIT' } },
    measure: async () => [],
  }),
  slow: definePart({
    ...{ about: 'slow', isOnDemand: true },
    options: { epics: count(2_000), files: count(5) },
    measure: async () => [],
  }),
};
const chosenBy = (...args: string[]) => choose(parts, args).chosen.map(({ name, given }) => ({ name, ...given }));

test('without a name all are chosen that are not on demand', () => {
  assert.deepEqual(chosenBy(), [{ name: 'quick', epics: 30, against: undefined }]);
});

test('an option has each measurement’s own default, and is for all that have it', () => {
  assert.deepEqual(chosenBy('slow'), [{ name: 'slow', epics: 2_000, files: 5 }]);
  assert.deepEqual(chosenBy('slow', 'quick', '--epics', '7', '--against', 'main'), [
    { name: 'quick', epics: 7, against: 'main' },
    { name: 'slow', epics: 7, files: 5 },
  ]);
});

test('mistakes are refused: a name, an option, one of a measurement that is not chosen, and what is no number', () => {
  for (const args of [['slwo'], ['--epcis', '3'], ['quick', '--files', '3'], ['--epics', '0'], ['--epics', 'many']]) {
    assert.throws(() => choose(parts, args), WrongUsage, args.join(' '));
  }
  assert.throws(() => choose(parts, ['--files', '3']), /--files is an option of slow/);
});

test('the usage has a line for each measurement and each option', () => {
  const text = usage(parts);
  for (const line of [
    'quick  quick',
    'slow   slow *',
    'slow   --epics N: how many (2000)',
    '--against COMMIT: a build',
  ]) {
    assert.ok(text.includes(line), line);
  }
});

/** Plans: what is refused and in which words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { z } from 'zod';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { Plan } from '../../workflows/contract/plan.ts';

const problems = (tasks: unknown) => z.prettifyError(Plan.safeParse(tasks).error as z.ZodError);
const task = (key: string, ...dependsOn: string[]) => ({ key, title: key, dependsOn });

test('a cycle is named with its tasks, and what waits behind it', () => {
  assert.match(problems([task('a', 'b'), task('b', 'a'), task('c', 'b'), task('d')]), /wait for each other: a, b, c$/m);
});

test('unknown references, twice-used and reserved keys are named where they stand', () => {
  assert.match(
    problems([task('a', 'nowhere')]),
    /"a" depends on "nowhere", which is not in the plan\s+→ at \[0\]\.dependsOn\[0\]/,
  );
  assert.match(problems([task('a'), task('a')]), /the key "a" is used twice/);
  assert.match(problems([task('epic')]), /reserved/);
  assert.match(problems([task('Not A Key')]), /a task key is/);
  assert.match(problems([]), /at least one task/);
});

test('an epic needs a title, and says so', () => {
  assert.match(z.prettifyError(EpicInput.safeParse({}).error as z.ZodError), /give the epic a title\s+→ at title/);
});

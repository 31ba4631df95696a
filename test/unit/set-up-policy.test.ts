/** `setup` in factory.yaml: a command, or one with what may stay of its products. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicy } from '../../activities/policy.ts';
import { type RepositoryPolicy, setUpOf } from '../../workflows/contract/settings.ts';

const read = (setup: string) => setUpOf(readPolicy(`setup: ${setup}`, 'main'));

test('a command alone keeps nothing, whatever way it is written', () => {
  const alone = { run: 'npm ci', keep: [], while: [] };
  assert.deepEqual(read('npm ci'), alone);
  assert.deepEqual(read('{ run: npm ci }'), alone);
  assert.deepEqual(setUpOf({ setup: 'npm ci' } as unknown as RepositoryPolicy), alone, 'of an epic that runs already');
  assert.equal(setUpOf(readPolicy('', 'main')), undefined);
});

test('paths that are kept are plain paths within the repository', () => {
  assert.deepEqual(read('{ run: npm ci, keep: [./node_modules/], while: [package-lock.json, packages/] }'), {
    run: 'npm ci',
    keep: ['node_modules'],
    while: ['package-lock.json', 'packages'],
  });
});

test('what cannot be meant is refused with its key', () => {
  const refused: Record<string, RegExp> = {
    '{ keep: [a], while: [b] }': /at setup\.run/,
    '{ run: x, keep: [a] }': /keep needs while[\s\S]*at setup\.while/,
    '{ run: x, while: [a] }': /while needs keep[\s\S]*at setup\.keep/,
    '{ run: x, kept: [a] }': /Unrecognized key: "kept"/,
    '{ run: x, keep: ["*/node_modules"], while: [a] }': /without "\*"[\s\S]*at setup\.keep\[0\]/,
    '{ run: x, keep: [../a], while: [a] }': /from the root[\s\S]*at setup\.keep\[0\]/,
    '{ run: x, keep: [a], while: [/etc] }': /from the root[\s\S]*at setup\.while\[0\]/,
    '{ run: x, keep: [.git], while: [a] }': /from the root/,
    '""': /the command to run/,
    '3': /at setup/,
  };
  for (const [setup, message] of Object.entries(refused)) {
    assert.throws(() => read(setup), { type: 'InvalidInput', message }, setup);
  }
});

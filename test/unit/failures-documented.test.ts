/** The vocabulary of failures: docs/errors.md has all of it, and each is thrown as the list says. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { absolute } from '../../config/files.ts';
import { FAILURES, WORKTREE_FAILURES } from '../../workflows/contract/failures.ts';

/** Given by earlier versions only. */
const FORMER = ['NotAllowedNow', 'WorktreeUnusable'];

const sources = ['activities', 'api', 'cli', 'clients', 'worker', 'workflows'].flatMap((folder) =>
  globSync(`${folder}/**/*.ts`, { cwd: absolute('.') }).map((file) => readFileSync(absolute(file), 'utf8')),
);
const thrown = (pattern: RegExp): Set<string> =>
  new Set(sources.flatMap((source) => [...source.matchAll(pattern)].map(([, name = '']) => name)));
const triesOf = (name: string): string => FAILURES[name as keyof typeof FAILURES]?.tries ?? 'unknown';

test('docs/errors.md has every failure, in the order of the list, with its cause, what another try is worth, and what helps', () => {
  const rows = readFileSync(absolute('docs/errors.md'), 'utf8').matchAll(
    /^\| `(\w+)` \| (.+?) \| (.+?) \| (.+?) \|$/gm,
  );
  const told = [...rows].map(([, name, what, tries]) => [name, what, tries]);
  assert.deepEqual(
    told,
    Object.entries(FAILURES).map(([name, { what, tries }]) => [name, what, tries]),
  );
});

test('what is thrown as final or to be retried is so in the list', () => {
  const final = thrown(/finalFailure\(\s*'(\w+)'/g);
  const retried = thrown(/(?:passingFailure|StubbornFailure)\(\s*'(\w+)'/g);
  assert.ok(final.size > 30 && retried.size > 5, `${final.size} and ${retried.size} are found`);
  for (const name of final) assert.match(triesOf(name), /final/, name);
  for (const name of retried) assert.match(triesOf(name), /retried/, name);
});

test('a name of earlier versions is thrown by nothing any more', () => {
  for (const name of FORMER) {
    const isThrown = new RegExp(`(\\(\\s*|type: |, )'${name}'`);
    assert.deepEqual(
      sources.flatMap((source) => isThrown.exec(source)?.[0] ?? []),
      [],
    );
  }
  assert.ok(WORKTREE_FAILURES.every((name) => !FORMER.includes(name)));
});

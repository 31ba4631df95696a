/** Ways to weaken tests, and honest changes, in the usual ecosystems. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { chooseTests } from '../../activities/change/choose-tests.ts';
import { readTestFiles } from '../../activities/change/compared-tests.ts';
import { pathMatcher } from '../../activities/change/match-paths.ts';
import { findWeakened } from '../../activities/change/weakened-tests.ts';
import { createTestReader } from '../../activities/tests/read-in-thread.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { edited } from '../support/test-examples/example.ts';
import { LANGUAGE_EXAMPLES } from '../support/test-examples/languages.ts';
import { SYSTEMS } from '../support/test-examples/systems.ts';
import { WEB } from '../support/test-examples/web.ts';

const reader = createTestReader();
const known = new Map<string, ReturnType<typeof reader>>();
/** The former text of an example is read once. */
const read: typeof reader = (path, text) => {
  const key = `${path}\n${text}`;
  const file = known.get(key) ?? reader(path, text);
  known.set(key, file);
  return file;
};
const isTestPath = pathMatcher(RepositoryPolicy.parse({}).testPaths);

async function linesOf(from: string, path: string, before: string, after: string): Promise<readonly string[]> {
  const status = from === path ? 'modified' : 'renamed';
  const chosen = chooseTests([{ status, path, from }], isTestPath);
  const tests = chosen.map(({ was, is }) => ({ ...(was ? { from, before } : {}), ...(is ? { path, after } : {}) }));
  return findWeakened(await readTestFiles(tests, read), { criteria: '' }).map(({ line }) => line);
}

for (const { title, path, text, weaken, honest, names } of [...WEB, ...LANGUAGE_EXAMPLES, ...SYSTEMS]) {
  test(`${title}: what weakens a test is named`, async () => {
    for (const [says, ...edits] of weaken) {
      const after = edited(text, edits);
      assert.match((await linesOf(path, path, text, after)).join('\n'), says, after);
    }
    for (const name of names?.lost ?? []) {
      assert.match((await linesOf(path, name, text, text)).join('\n'), /no longer run|is deleted/, name);
    }
  });

  test(`${title}: honest changes are no finding`, async () => {
    for (const [what, ...edits] of honest) {
      assert.deepEqual(await linesOf(path, path, text, edited(text, edits)), [], what);
    }
    for (const name of names?.runs ?? []) assert.deepEqual(await linesOf(path, name, text, text), [], name);
    assert.deepEqual(await linesOf(path, path, text, text), []);
  });
}

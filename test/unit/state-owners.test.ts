/** What a workflow remembers has an owner: files of state, which are pure. Nobody else changes it. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROJECT_DIR } from '../../config/files.ts';

/** By name, and two whose names say more: requests are the state of human requests, a budget that of looks. */
const OWNER = /(^|[/-])state\.ts$|^epic\/requests\.ts$|^look-rate\.ts$|^read-only-state\.ts$/;

const FOLDER = `${PROJECT_DIR}/workflows`;
const FILES = globSync('**/*.ts', { cwd: FOLDER }).map((path) => ({
  path,
  source: readFileSync(`${FOLDER}/${path}`, 'utf8'),
}));
const owners = FILES.filter(({ path }) => OWNER.test(path));
const others = FILES.filter(({ path }) => !OWNER.test(path));

/** The names under which workflows hold what they remember. */
const STATE = '(?:[\\w.]*\\b)?(?:data|entry|handIn|memory|merging|settings|source|line|parked)';
const WRITES = [
  // Assigned, counted, removed, or copied into.
  new RegExp(`(?<![\\w.])${STATE}(?:\\??\\.[\\w]+|\\[[^\\]]+\\])+ (?:[-+*]|\\?\\?|\\|\\||&&)?= `),
  new RegExp(`(?<![\\w.])${STATE}(?:\\??\\.[\\w]+)+(?:\\+\\+|--)`),
  /\bdelete [\w.?]+[.[]/,
  new RegExp(`\\bObject\\.assign\\(${STATE}\\b`),
  new RegExp(`(?<![\\w.])${STATE}(?:\\??\\.[\\w]+)+\\.(?:push|pop|shift|unshift|splice|sort|reverse|fill)\\(`),
];

const writes = ({ path, source }: { readonly path: string; readonly source: string }): string[] =>
  source
    .split('\n')
    .flatMap((text, index) =>
      WRITES.some((write) => write.test(text)) ? [`${path}:${index + 1} ${text.trim()}`] : [],
    );

test('nobody writes what a workflow remembers but the files of state', () => {
  assert.ok(owners.length > 10, `${owners.length} files of state`);
  assert.deepEqual(others.flatMap(writes), []);
});

test('only they can: the function that changes state, and what it may change, are theirs', () => {
  const takes = others.filter(({ source }) =>
    /\{[^}]*\bchange\b[^}]*\} from '[./]*read-only-state\.ts'|import [^;]*\{[^}]*\b\w+Fields\b[^;]*;/.test(source),
  );
  assert.deepEqual(
    takes.map(({ path }) => path),
    [],
  );
});

test('they are pure: no workflow, no activity, no clock', () => {
  const impure = owners.filter(({ source }) =>
    /from '@temporalio|activities\.ts'|from '\.\.?\/[\w/-]*context\.ts'|Date\.now\(|new Date\(/.test(source),
  );
  assert.deepEqual(
    impure.map(({ path }) => path),
    [],
  );
});

test('the patterns find writes to state', () => {
  const found = (source: string) => writes({ path: 'x.ts', source }).length === 1;
  for (const line of [
    'data.phase = what;',
    'epic.data.merging.obstacle = outcome;',
    'data.planFailures += 1;',
    'data.worker ??= next;',
    'delete entry.hold;',
    'delete data.asked[about];',
    'data.asked[about] = requestId;',
    "Object.assign(entry, { state: 'FAILED' });",
    'data.memory.heads.push(headSha);',
    'task.data.commits++;',
  ]) {
    assert.ok(found(line), line);
  }
  for (const line of ['const known = data.phase === what;', 'const { data } = task;', 'line.split(1).sort();']) {
    assert.ok(!found(line), line);
  }
});

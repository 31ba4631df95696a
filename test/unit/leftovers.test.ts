/** New files of a change that no one asked for, and links that lead out of it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { mayBeProduct, productOf } from '../../activities/change/build-products.ts';
import { type AddedFile, findLeftovers, leadsOutside } from '../../activities/change/leftovers.ts';

const file = (path: string, bytes = 10, isBinary = false): AddedFile => ({ path, bytes, isBinary });
const found = (added: AddedFile[], { tracked = [], criteria = '' }: { tracked?: string[]; criteria?: string } = {}) =>
  findLeftovers({ added, tracked: () => tracked, criteria }).map(({ words }) => words);

test('products of tools are found by their names, and counted by kind', () => {
  const modules = Array.from({ length: 3_004 }, (_, n) => file(`web/node_modules/p${n % 7}/f${n}.js`, 4_100));
  const others = [
    file('a/__pycache__/m.cpython-311.pyc'),
    file('.coverage', 53_248),
    file('docs/.DS_Store'),
    file('src/a.ts'),
  ];
  const groups = findLeftovers({ added: [...modules, ...others], tracked: () => [], criteria: '' });
  assert.deepEqual(
    groups.map(({ words }) => words),
    [
      'node_modules: 3,004 files (12.3 MB)',
      '__pycache__: 1 file (10 bytes)',
      'coverage data: 1 file (53 kB)',
      'files of a file manager: 1 file (10 bytes)',
    ],
  );
  assert.match(groups[0]?.examples.join() ?? '', /^web\/node_modules\/p\d\/ \(430\)/);
  assert.deepEqual(groups[1]?.examples, ['a/__pycache__/m.cpython-311.pyc']);
});

test('a folder that people name too is a product only beside the file of its tool', () => {
  assert.deepEqual(found([file('src/target/aim.ts'), file('src/dist/distance.ts')]), []);
  assert.deepEqual(found([file('target/debug/app')], { tracked: ['Cargo.toml'] }), ['target: 1 file (10 bytes)']);
  assert.deepEqual(found([file('web/dist/app.js'), file('web/package.json')]), ['dist: 1 file (10 bytes)']);
  assert.equal(productOf('a/bin/tool', () => ['app.csproj'])?.at, 'a/bin');
  assert.ok(mayBeProduct('a/bin/tool') && !mayBeProduct('a/src/tool.ts') && !mayBeProduct('constructor/a'));
});

test('files that the repository has already, or that the task names, are no leftovers', () => {
  const added = [file('dist/b.js'), file('package.json')];
  assert.deepEqual(found(added, { tracked: ['dist/a.js'] }), []);
  assert.deepEqual(found(added, { criteria: 'Commit the built dist/ folder' }), []);
  assert.deepEqual(found(added, { criteria: 'Compute the distance, see dist' }), ['dist: 1 file (10 bytes)']);
});

test('large binaries and many files are found, a large text and few files are not', () => {
  const large = 1_048_577;
  assert.deepEqual(found([file('model.bin', large, true), file('lock.json', large), file('small.bin', 10, true)]), [
    'binaries over 1 MB: 1 file (1.0 MB)',
  ]);
  assert.deepEqual(found([file('model.bin', large, true)], { criteria: 'Add assets/model.bin' }), []);
  const many = Array.from({ length: 201 }, (_, n) => file(`data/${n}.csv`));
  assert.deepEqual(found(many), ['new files: 201 files (2 kB)']);
  assert.deepEqual(found(many.slice(1)), []);
});

test('links lead out of the tree by an absolute target, above the root, or into git’s folder', () => {
  for (const [path, target] of [
    ['node_modules', '/tmp/cache/node_modules'],
    ['a/b', '../../c'],
    ['a/b', 'x/../../../c'],
    ['hook', '.git/hooks'],
    ['a/b', '..//.GIT/config'],
  ] as const) {
    assert.ok(leadsOutside(path, target), `${path} → ${target}`);
  }
  for (const [path, target] of [
    ['a/b', '../c'],
    ['a/b', './c/../d'],
    ['b', 'a'],
    ['b', '.github/x'],
    ['a/b/c', '../..'],
  ] as const) {
    assert.ok(!leadsOutside(path, target), `${path} → ${target}`);
  }
});

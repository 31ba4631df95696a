/** Parts of everyday files that run without anyone asking: named when a change adds or changes them, and no others. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { changedParts, partsInWords } from '../../activities/change/run-by-itself.ts';

const words = (path: string, before: string | null, after: string | null) =>
  partsInWords(changedParts(path, before, after));
const json = (scripts: object, more: object = {}) => JSON.stringify({ name: 'a', scripts, ...more });
const npm = (before: object, after: object) => words('package.json', json(before), json(after));

test('scripts of npm’s life cycle count, and those before and after a script that there is', () => {
  assert.equal(npm({}, { postinstall: 'x' }), 'postinstall runs by itself at install');
  assert.equal(npm({ prepare: 'husky' }, { prepare: 'husky && x' }), 'prepare runs by itself at install');
  assert.equal(npm({ test: 'a' }, { test: 'a', pretest: 'x' }), 'pretest runs by itself with test');
  assert.equal(npm({ pretest: 'x' }, { pretest: 'x', test: 'a' }), 'pretest runs by itself with test');
  assert.equal(npm({}, { prepublishOnly: 'x' }), 'prepublishOnly runs by itself when it is packed or published');
});

test('other scripts, names that only begin so, and what is taken away, do not', () => {
  assert.equal(npm({ test: 'a' }, { test: 'b', build: 'c', preview: 'vite preview', prettier: 'd', postcss: 'e' }), '');
  assert.equal(npm({ postinstall: 'x', install: 'y' }, {}), '');
  assert.equal(words('package.json', json({ prepare: 'x' }), json({ prepare: 'x' }, { version: '2.0.0' })), '');
  assert.equal(words('package.json', json({}), 'no JSON'), '');
});

test('hooks in package.json, events and plugins of composer count', () => {
  const hooks = json({}, { husky: { hooks: { 'pre-commit': 'x' } } });
  assert.equal(words('a/package.json', json({}), hooks), 'husky runs by itself at commit and push');
  const composer = json({ 'post-install-cmd': ['x'], lint: 'y' }, { config: { 'allow-plugins': { 'a/b': true } } });
  assert.equal(
    words('composer.json', '{}', composer),
    'post-install-cmd runs by itself when composer runs, allow-plugins runs by itself at install',
  );
});

const BUILD = '[build-system]\nrequires = ["a"]\nbuild-backend = "hatchling.build"\n';

test('pip’s and cargo’s build code counts however the file is written', () => {
  const backend = 'build-system.build-backend runs by itself when it is built';
  const path = 'build-system.backend-path runs by itself when it is built';
  assert.equal(words('pyproject.toml', BUILD, BUILD.replace('hatchling.build', 'evil')), backend);
  assert.equal(words('pyproject.toml', BUILD, `${BUILD}backend-path = [\n  ".", # here\n]\n`), path);
  assert.equal(words('pyproject.toml', '', `x = "["\n# """\n${BUILD}`), backend);
  assert.equal(words('pyproject.toml', '', `x = """\n[other]\n"""\n${BUILD}`), backend);
  assert.equal(words('pyproject.toml', '', 'build-system."build-backend" = "a"'), backend);
  assert.equal(words('pyproject.toml', BUILD, `${BUILD.replace('["a"]', '["b"]')}# build-backend = "c"\n`), '');
  const cargo = '[package]\nname = "a"\n';
  assert.equal(
    words('Cargo.toml', cargo, `${cargo}build = "make.rs"\n`),
    'package.build runs by itself when it is built',
  );
  assert.equal(words('Cargo.toml', cargo, `${cargo}[dependencies]\nbuild = "1"\n[[bin]]\nbuild = "x"\n`), '');
});

test('a text that cannot be read counts as if it did', () => {
  assert.match(words('package.json', json({}), null), /cannot be read/);
});

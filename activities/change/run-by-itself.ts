/**
 * Which parts of everyday files run without anyone asking for them: scripts of package.json and composer.json that their
 * tools run at moments of their own, and the code that pip and cargo run to build what is here. Pure.
 */
import { shownPath } from './changed-files.ts';
import { readTomlKeys } from './toml-keys.ts';

export interface Part {
  readonly name: string;
  readonly value: string;
  /** Completes "runs by itself …". */
  readonly when: string;
}

export interface ChangedParts {
  readonly status: string;
  readonly path: string;
  readonly parts: readonly Part[];
}

const READERS: Readonly<Record<string, (text: string) => Part[]>> = {
  'package.json': readPackage,
  'composer.json': readComposer,
  'pyproject.toml': (text) =>
    tomlParts(text, ['build-system.build-backend', 'build-system.backend-path', 'build-system']),
  'cargo.toml': (text) => tomlParts(text, ['package.build', 'package']),
};

export const hasParts = (path: string): boolean => readerOf(path) !== undefined;

/** The parts that the change adds or changes; null texts, which could not be read, count as a part themselves. */
export function changedParts(path: string, before: string | null, after: string | null): Part[] {
  if (before === null || after === null) return [{ name: 'a text that cannot be read', value: '', when: 'perhaps' }];
  const read = readerOf(path) ?? (() => []);
  const known = new Map(read(before).map(({ name, value }) => [name, value]));
  return read(after).filter(({ name, value }) => known.get(name) !== value);
}

/** `postinstall runs by itself at install`, for each part. */
export const partsInWords = (parts: readonly Part[]): string =>
  parts.map(({ name, when }) => `${shownPath(name)} runs by itself ${when}`).join(', ');

const readerOf = (path: string) => READERS[path.slice(path.lastIndexOf('/') + 1).toLowerCase()];

const LIFE_CYCLE: Readonly<Record<string, string>> = {
  'at install':
    'preinstall install postinstall prepublish preprepare prepare postprepare dependencies pnpm:devPreinstall',
  'when it is packed or published': 'prepack postpack prepublishOnly publish postpublish',
  'with a new version': 'preversion version postversion',
};
const MOMENTS = new Map(
  Object.entries(LIFE_CYCLE).flatMap(([when, names]) => names.split(' ').map((name) => [name, when] as const)),
);
/** Where packages that install git hooks keep the commands in package.json. */
const HOOKS = ['husky', 'simple-git-hooks', 'gitHooks', 'pre-commit', 'lint-staged'];

/** `pretest` and `posttest` run by themselves with `test`; `preview` is a name like any other. */
function readPackage(text: string): Part[] {
  const file = readJson(text);
  const scripts = groupOf(file.scripts);
  const parts = Object.entries(scripts).flatMap(([name, value]): Part[] => {
    const other = /^(?:pre|post)(.+)$/.exec(name)?.[1];
    const when =
      MOMENTS.get(name) ?? (other !== undefined && other in scripts ? `with ${shownPath(other)}` : undefined);
    return when === undefined ? [] : [{ name, value: JSON.stringify(value), when }];
  });
  const hooks = HOOKS.filter((name) => name in file);
  return [...parts, ...hooks.map((name) => ({ name, value: JSON.stringify(file[name]), when: 'at commit and push' }))];
}

function readComposer(text: string): Part[] {
  const file = readJson(text);
  const scripts = Object.entries(groupOf(file.scripts))
    .filter(([name]) => /^(pre|post)-|^(init|command)$/.test(name))
    .map(([name, value]) => ({ name, value: JSON.stringify(value), when: 'when composer runs' }));
  const plugins = groupOf(file.config)['allow-plugins'];
  if (plugins === undefined) return scripts;
  return [...scripts, { name: 'allow-plugins', value: JSON.stringify(plugins), when: 'at install' }];
}

const tomlParts = (text: string, keys: readonly string[]): Part[] =>
  [...readTomlKeys(text, keys)].map(([name, value]) => ({ name, value, when: 'when it is built' }));

/** No object where the tool would read none either. */
function readJson(text: string): Record<string, unknown> {
  try {
    return groupOf(JSON.parse(text.replace(/^\uFEFF/, '')));
  } catch {
    return {};
  }
}

const groupOf = (value: unknown): Record<string, unknown> =>
  typeof value === 'object' && value !== null && !Array.isArray(value) ? { ...value } : {};

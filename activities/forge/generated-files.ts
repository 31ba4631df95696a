/** Which files of a diff nobody reads line by line: lock files, minified code, and what .gitattributes call generated. */
import { basename } from 'node:path';
import { readAttribute } from '../../clients/git/attributes.ts';
import type { GitRepo } from '../../clients/git/git.ts';

const LOCK_FILES: ReadonlySet<string> = new Set([
  ...['package-lock.json', 'npm-shrinkwrap.json', 'yarn.lock', 'pnpm-lock.yaml', 'bun.lock', 'bun.lockb', 'deno.lock'],
  ...['Cargo.lock', 'go.sum', 'go.work.sum', 'Gemfile.lock', 'composer.lock', 'mix.lock', 'pubspec.lock'],
  ...['poetry.lock', 'Pipfile.lock', 'pdm.lock', 'uv.lock', 'pixi.lock', 'conda-lock.yml'],
  ...['packages.lock.json', 'paket.lock', 'gradle.lockfile', 'Podfile.lock', 'Package.resolved'],
  ...['flake.lock', '.terraform.lock.hcl', 'conan.lock', 'Chart.lock', 'MODULE.bazel.lock'],
]);

const MINIFIED = /(\.min\.(js|mjs|cjs|css)|\.(js|mjs|cjs|css)\.map)$/;

const isGeneratedByName = (path: string): boolean => LOCK_FILES.has(basename(path)) || MINIFIED.test(path);

/**
 * Those of the paths that are generated. The attributes are the base's, so that a change cannot have its own files folded
 * away; `linguist-generated=false` there unfolds a lock file.
 */
export async function chooseGenerated(
  repo: GitRepo,
  baseSha: string,
  paths: readonly string[],
): Promise<ReadonlySet<string>> {
  const said = await readAttribute(repo, baseSha, { attribute: 'linguist-generated', paths });
  return new Set(
    paths.filter((path) => {
      const value = said.get(path);
      return value === undefined ? isGeneratedByName(path) : value !== 'unset' && value !== 'false';
    }),
  );
}

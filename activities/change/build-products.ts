/** Names that tools of the common languages give to what they make. Pure. */

/** Folders that no one writes by hand, wherever they lie. */
const FOLDERS: ReadonlySet<string> = new Set([
  // JavaScript
  ...['node_modules', 'bower_components', 'jspm_packages', '.nyc_output', '.next', '.nuxt', '.svelte-kit', '.turbo'],
  ...['.parcel-cache', '.angular', '.vite', '.output'],
  // Python
  ...['__pycache__', '.venv', 'venv', '.tox', '.nox', '.mypy_cache', '.pytest_cache', '.ruff_cache', '.hypothesis'],
  ...['.ipynb_checkpoints', '.eggs', 'htmlcov', '__pypackages__'],
  // others
  ...[
    '.gradle',
    '.terraform',
    '.serverless',
    '.dart_tool',
    '.bundle',
    '.stack-work',
    '.zig-cache',
    'zig-out',
    '_build',
  ],
  ...['CMakeFiles', '.build', 'DerivedData', '.cache', '__MACOSX'],
]);

/** Folders that are products only beside a file that says which tool makes them. */
const BESIDE: Readonly<Record<string, RegExp>> = {
  dist: /^(package\.json|setup\.(py|cfg)|pyproject\.toml)$/,
  build: /^(package\.json|setup\.(py|cfg)|pyproject\.toml|(build|settings)\.gradle(\.kts)?|CMakeLists\.txt)$/,
  out: /^(package\.json|foundry\.toml)$/,
  coverage: /^(package\.json|Gemfile|composer\.json)$/,
  target: /^(Cargo\.toml|pom\.xml|build\.sbt|project\.clj)$/,
  vendor: /^(composer\.json|Gemfile)$/,
  bin: /\.(cs|fs|vb)proj$/,
  obj: /\.(cs|fs|vb)proj$/,
  deps: /^mix\.exs$/,
  Pods: /^Podfile$/,
};

const FILES: readonly (readonly [RegExp, string])[] = [
  [/^\.DS_Store$|^Thumbs\.db$|^desktop\.ini$/, 'files of a file manager'],
  [/\.(pyc|pyo|pyd)$/, 'compiled Python'],
  [/^\.coverage(\..+)?$|^coverage\.(xml|lcov)$|^lcov\.info$|\.(gcda|gcno|profraw|profdata)$/, 'coverage data'],
  [/\.(class|o|obj|a|lo|la|hi|beam)$/, 'compiled code'],
  [/\.tsbuildinfo$|^\.eslintcache$|^\.stylelintcache$/, 'caches of checks'],
  [/^(npm|yarn|pnpm|lerna)-(debug|error)\.log/, 'logs of package managers'],
  [/\.(orig|rej)$|\.sw[op]$|~$|^#.*#$/, 'files of editors and patches'],
  [/^nohup\.out$|^core\.\d+$|^hs_err_pid\d+\.log$/, 'what a crashed or detached program left'],
];

export interface Product {
  /** Its name for people: the folder, or the kind of file. */
  readonly what: string;
  /** The path of the folder or file that the name was found at. */
  readonly at: string;
}

/** Whether the name alone may say so; then `productOf` needs the repository's other names. */
export function mayBeProduct(path: string): boolean {
  const folders = path.split('/').slice(0, -1);
  return folders.some((name) => Object.hasOwn(BESIDE, name)) || productOf(path, () => []) !== undefined;
}

/** Undefined for a file that people write. `siblings` says which names lie in a folder. */
export function productOf(path: string, siblings: (folder: string) => readonly string[]): Product | undefined {
  const parts = path.split('/');
  for (const [index, name] of parts.slice(0, -1).entries()) {
    const at = parts.slice(0, index + 1).join('/');
    if (FOLDERS.has(name) || name.endsWith('.egg-info')) return { what: name, at };
    const maker = Object.hasOwn(BESIDE, name) ? BESIDE[name] : undefined;
    if (maker !== undefined && siblings(parts.slice(0, index).join('/')).some((each) => maker.test(each))) {
      return { what: name, at };
    }
  }
  const name = parts.at(-1) ?? '';
  const what = FILES.find(([pattern]) => pattern.test(name))?.[1];
  return what === undefined ? undefined : { what, at: path };
}

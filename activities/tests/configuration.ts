/**
 * The part of a build's file that decides which tests run. Files that are about tests alone are protected as a whole
 * (workflows/contract/runner-config.ts). Pure.
 */
import { readMaven } from './maven.ts';
import { readBlocks, readLeaves, readSections, type Settings } from './settings-text.ts';

export interface ConfigurationFile {
  /** Their names, for the table of docs/agents.md. */
  readonly title: string;
  readonly files: RegExp;
  /** Their keys. */
  readonly shown: string;
  readonly read: (text: string) => Settings;
  /** Settings that count in a section that is new, since tests ran without it before. Matched with their values. */
  readonly leavesOut?: RegExp;
  /** Lines that only add tests. */
  readonly adds?: RegExp;
}

const RUNNERS = 'jest|vitest|mocha|ava|nyc|c8|tap|jasmine|karma|cypress|playwright|wtr|testem|bun|tsd|node-test';
/** Keys of a runner that are about how, not which. */
const HOW =
  /\.(?:transform\w*|moduleNameMapper|moduleFileExtensions|moduleDirectories|globals|verbose|cache\w*|coverageDirectory|coverageReporters|collectCoverageFrom|maxWorkers|timeout|parallel|color|extensions|typescript|require)\b/;
/** Keys of tox and its like that are about the environment. */
const ENVIRONMENT =
  /^(?:description|deps|dependencies|dependency_groups|requires|min_?version|python|base_?python|skip_missing_interpreters|package|pass_?env|extras|isolated_build)$/;
const PYTEST_LEAVES_OUT =
  /^(?:tool[.:])?pytest\S* =.*(?:[\s"'[]-[km]\b|--(?:ignore|deselect|collect-only|co\b|last-failed|lf\b)|[\s"'=]no:)|^(?:tool[.:])?pytest\S*\.norecursedirs =/;
const SCRIPT =
  /^(?:scripts|tasks)\.(?:(?:pre|post)?(?:test|tests|spec|e2e|check|verify|ci|coverage|unit|integration|validate)(?:[:.\-_]|$)|.*[:\-_.](?:test|spec|e2e)\b)/;

/** A script by its own name; `pretest` is a part of `test`, which does more with it than before. */
const scriptAt = (path: string): string =>
  /^scripts\./.test(path)
    ? path.replace(/^scripts\.(?:pre|post)/, 'scripts.')
    : (/^tasks\.[^.]+/.exec(path)?.[0] ??
      /^.*?(?:^|[.:])(?:test|e2e)(?=[.:]|$)[^.]*/.exec(path)?.[0] ??
      path.replace(/\..*/, ''));

export const CONFIGURATION: readonly ConfigurationFile[] = [
  {
    title: '`package.json`',
    files: /(^|\/)package\.json$/,
    shown: '`scripts.test` and the like, `jest`, `vitest`, `mocha`, `ava`, `c8`, …',
    read: (text) =>
      readLeaves(
        text,
        (path) => SCRIPT.test(path) || (new RegExp(`^(?:${RUNNERS})\\.`).test(path) && !HOW.test(path)),
        (path) => (path.startsWith('scripts.') ? scriptAt(path) : path.replace(/\..*/, '')),
      ),
    leavesOut: /^(?!scripts\.)\S*(?:ignore|exclude|passWithNoTests|grep|invert|testNamePattern|allowFailures)/i,
  },
  {
    title: '`deno.json`, `composer.json`, `project.json`, `angular.json`, `nx.json`, `turbo.json`',
    files: /(^|\/)(deno\.jsonc?|composer\.json|project\.json|angular\.json|nx\.json|turbo\.json|jsr\.json)$/,
    shown: '`test` and its tasks, scripts and targets',
    read: (text) =>
      readLeaves(text, (path) => SCRIPT.test(path) || /(?:^|[.:])(?:test|e2e)(?:[.:]|$)/.test(path), scriptAt),
  },
  {
    title: '`pyproject.toml`',
    files: /(^|\/)pyproject\.toml$/,
    shown:
      '`[tool.pytest…]`, `[tool.tox…]`, `[tool.coverage…]`, `[tool.nox]`, `test` of hatch, pdm, poe, tox and taskipy',
    read: (text) =>
      readSections(
        text,
        (section, key) =>
          !ENVIRONMENT.test(key) &&
          (/^tool\.(?:pytest|tox|coverage|nox|nose|unittest|stestr|ward|mutmut)\b/.test(section) ||
            (/^tool\.(?:hatch|pdm|poe|taskipy|rye|poetry\.scripts|uv)\b/.test(section) &&
              /test|cov/.test(`${section.slice(5)} ${key}`))),
      ),
    leavesOut: PYTEST_LEAVES_OUT,
  },
  {
    title: '`setup.cfg`',
    files: /(^|\/)setup\.cfg$/,
    shown: '`[tool:pytest]`, `[unittest]`, `[nosetests]`, `[tox…]`, `[coverage:…]`, `[aliases] test`',
    read: (text) =>
      readSections(
        text,
        (section, key) =>
          /^(?:tool:pytest|pytest|unittest|nosetests|tox\b|testenv|coverage:|green)/.test(section) ||
          (section === 'aliases' && key === 'test'),
      ),
    leavesOut: PYTEST_LEAVES_OUT,
  },
  {
    title: '`Cargo.toml`',
    files: /(^|\/)Cargo\.toml$/,
    shown: '`[[test]]`, `[[bench]]`, `test`, `doctest` and `harness` of targets, `autotests`, members of the workspace',
    read: (text) =>
      readSections(
        text,
        (section, key) =>
          /^(?:test|bench|example)$/.test(section) ||
          /^(?:test|doctest|harness|autotests|autobenches|autoexamples|required-features)$/.test(key) ||
          (section === 'workspace' && /^(?:members|exclude|default-members)$/.test(key)),
      ),
    leavesOut: /\.(?:test|doctest|autotests) = false/,
  },
  {
    title: '`pom.xml`',
    files: /(^|\/)(?:pom\.xml|[^/]*\.pom)$/,
    shown:
      '`skipTests`, `maven.test.skip` and the like in properties, the modules; of Surefire and Failsafe what they include and leave out, phases and goals',
    read: readMaven,
    leavesOut:
      /\.(?:skip\w*|exclude|excludesFile|excludedGroups|groups|test) = (?!false$)|\.testFailureIgnore = true|= none\b/,
  },
  {
    title: '`*.gradle`, `*.gradle.kts`',
    files: /\.gradle(?:\.kts)?$/,
    shown:
      '`test { … }`, `tasks.test`, `tasks.withType<Test>`, `sourceSets`, `exclude`, `enabled = false`, `include(…)` of projects',
    read: (text) =>
      readBlocks(text, {
        heads:
          /^\s*(?:(?:tasks\.)?(?:test|check|integrationTest|\w+Test)\b\s*(?:\.configure\s*)?\{|tasks\.(?:named|withType|getByName|register)\b.*[tT]est.*|sourceSets\b|testing\b\s*\{|testOptions\b|(?:tasks\.)?withType\s*[<(]\s*Test\b)/,
        lines:
          /\b(?:enabled\s*=|onlyIf|ignoreFailures|excludeTests?\w*|useJUnit\w*|useTestNG|includeTestsMatching|excludeTestsMatching|excludeTags|includeTags|failOnNoDiscoveredTests|maxRetries)\b|^\s*(?:tasks\.)?test\.\w+|^\s*include\s*\(?\s*["']:|["']-x["']/,
      }),
    leavesOut:
      /\b(?:enabled\s*=\s*false|onlyIf|ignoreFailures|exclude\w*|include\w*|failOnNoDiscoveredTests|isEnabled\s*=\s*false|setEnabled|actions\b|srcDirs?\b.*=|setSrcDirs)/,
    adds: /^include\b/,
  },
  {
    title: '`Makefile`, `*.mk`, `justfile`, `Taskfile.yml`',
    files: /(^|\/)(?:GNUm|[mM])akefile$|\.mk$|(^|\/)[jJ]ustfile$|(^|\/)Taskfile\.ya?ml$/,
    shown: 'the recipes of `test`, `check` and the like',
    read: (text) =>
      readBlocks(text, {
        heads: /^\s*(?:test|tests|check|verify|ci|spec|unit|e2e|coverage|integration)(?:[-_:.]\w+)*[^:=\n]*:(?!=)/,
        lines: /^\s*(?:TESTS?|TEST_\w+|PYTEST_\w+|GOTEST\w*|check_PROGRAMS|XFAIL_TESTS|TESTFLAGS)\s*[:+?]?=/,
      }),
    adds: /^(?:TESTS|check_PROGRAMS)\s*[:+?]?=/,
  },
  {
    title: '`Rakefile`, `*.rake`',
    files: /(^|\/)(?:Rakefile|[^/]*\.rake)$/,
    shown: '`Rake::TestTask`, `RSpec::Core::RakeTask`, `task :test`, `task default:`',
    read: (text) =>
      readBlocks(text, {
        heads: /\b(?:TestTask|RakeTask)\b|^\s*task\s*\(?\s*:?(?:test|spec|default)\b/,
        lines: /\btask\s+:?default\b/,
      }),
  },
  {
    title: '`mix.exs`',
    files: /(^|\/)mix\.exs$/,
    shown: '`test_paths`, `test_pattern`, `test_ignore_filters`, aliases of `test`, `test_coverage`, `elixirc_paths`',
    read: (text) =>
      readBlocks(text, {
        lines:
          /\b(?:test_paths|test_pattern|test_ignore_filters|test_load_filters|warn_test_pattern|test_coverage|test_elixirc_options)\b|^\s*"?test(?:\.\w+)?"?:\s*\[/,
      }),
  },
  {
    title: '`Package.swift`',
    files: /(^|\/)Package(?:@[^/]*)?\.swift$/,
    shown: '`.testTarget(…)`',
    read: (text) => readBlocks(text, { heads: /\.testTarget\s*\(/ }),
  },
  {
    title: '`*.sbt`, `build.sc`',
    files: /\.sbt$|(^|\/)build\.sc$/,
    shown: '`Test / …`, `testOptions`, `excludeFilter`, `aggregate(…)`',
    read: (text) =>
      readBlocks(text, {
        lines:
          /\b(?:Test|IntegrationTest|It)\s*\/|\bin\s*\(?\s*Test\b|\btest(?:Options|Only|Frameworks)\b|\bexcludeFilter\b|\.aggregate\s*\(/,
      }),
  },
  {
    title: '`*.csproj`, `*.fsproj`, `Directory.Build.props`, `*.sln`',
    files: /\.(?:cs|fs|vb)proj$|(^|\/)Directory\.Build\.(?:props|targets)$|\.(?:sln|slnx|slnf)$/,
    shown: '`IsTestProject`, `Compile Remove`, `VSTest…`, test projects of the solution',
    read: (text) =>
      readBlocks(text.replaceAll(/<!--[\s\S]*?-->/g, ''), {
        lines:
          /<(?:IsTestProject|IsPackable(?=.*Test)|VSTest\w*|TestingPlatform\w*|EnableDefaultCompileItems|RunSettingsFilePath)\b|<(?:Compile|None)\s+Remove=|\bTests?\.(?:cs|fs|vb)proj\b/,
      }),
    adds: /^(?:Project\(|<Project\b).*Tests?\.(?:cs|fs|vb)proj\b/,
  },
  {
    title: '`*.cabal`, `package.yaml`, `pubspec.yaml`, `rebar.config`, `build.zig`, `dune`',
    files:
      /\.cabal$|(^|\/)package\.ya?ml$|(^|\/)pubspec\.ya?ml$|(^|\/)rebar\.config$|(^|\/)build\.zig$|(^|\/)dune(?:-project)?$/,
    shown: 'test suites',
    read: (text) =>
      readBlocks(text, {
        heads: /^\s*test-suite\b|^\s*tests:|\(tests?\b/,
        lines: /\b(?:eunit|ct)_\w+|\baddTest\b|\btest_step\b|\btest_runner\b/,
      }),
  },
  {
    title: '`vite.config.*`',
    files: /(^|\/)vite\.config\.\w+$/,
    shown: '`test: { … }`',
    read: (text) => readBlocks(text, { heads: /^\s*test\s*:\s*\{/ }),
    leavesOut: /\b(?:exclude|passWithNoTests|testNamePattern|allowOnly|dangerouslyIgnore\w*)\b/,
  },
  {
    title: '`.bazelignore`, `.testignore`, `.gotestignore`',
    files: /(^|\/)\.(?:bazel|test|gotest)ignore$/,
    shown: 'folders that are left out',
    read: (text) => readBlocks(text, { lines: /\w/ }),
  },
  {
    title: '`meson_options.txt`, `meson.options`',
    files: /(^|\/)meson(?:_options\.txt|\.options)$/,
    shown: 'options about tests',
    read: (text) => readBlocks(text, { lines: /\boption\s*\(.*test/ }),
  },
];

export const configurationOf = (path: string): ConfigurationFile | undefined =>
  CONFIGURATION.find(({ files }) => files.test(path));

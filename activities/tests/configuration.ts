/**
 * The part of a build's file that decides which tests run. Files that are about tests alone are protected as a whole
 * (workflows/contract/runner-config.ts). Pure.
 */
import { readBlocks, readElements, readLeaves, readSections, type Settings } from './settings-text.ts';

interface ConfigurationFile {
  readonly files: RegExp;
  /** The keys, for the table of docs/agents.md. */
  readonly shown: string;
  readonly read: (text: string) => Settings;
}

const RUNNERS = 'jest|vitest|mocha|ava|nyc|c8|tap|jasmine|karma|cypress|playwright|wtr|testem|bun|tsd|node-test';
/** Keys of a runner that are about how, not which. */
const HOW =
  /\.(?:transform\w*|moduleNameMapper|moduleFileExtensions|moduleDirectories|globals|verbose|cache\w*|coverageDirectory|coverageReporters|collectCoverageFrom|maxWorkers|timeout|parallel|color|extensions|typescript|require)\b/;
const SCRIPT =
  /^(?:scripts|tasks)\.(?:(?:pre|post)?(?:test|tests|spec|e2e|check|verify|ci|coverage|unit|integration|validate)(?:[:.\-_]|$)|.*[:\-_.](?:test|spec|e2e)\b)/;

export const CONFIGURATION: readonly ConfigurationFile[] = [
  {
    files: /(^|\/)package\.json$/,
    shown: '`scripts.test` and the like, `jest`, `vitest`, `mocha`, `ava`, `c8`, …',
    read: (text) =>
      readLeaves(text, (path) => SCRIPT.test(path) || (new RegExp(`^(?:${RUNNERS})\\.`).test(path) && !HOW.test(path))),
  },
  {
    files: /(^|\/)(deno\.jsonc?|composer\.json|project\.json|angular\.json|nx\.json|turbo\.json|jsr\.json)$/,
    shown: '`test` and its tasks, scripts and targets',
    read: (text) => readLeaves(text, (path) => SCRIPT.test(path) || /(?:^|[.:])(?:test|e2e)(?:[.:]|$)/.test(path)),
  },
  {
    files: /(^|\/)pyproject\.toml$/,
    shown:
      '`[tool.pytest…]`, `[tool.tox…]`, `[tool.coverage…]`, `[tool.nox]`, `test` of hatch, pdm, poe, tox and taskipy',
    read: (text) =>
      readSections(
        text,
        (section, key) =>
          /^tool\.(?:pytest|tox|coverage|nox|nose|unittest|stestr|ward|mutmut)\b/.test(section) ||
          (/^tool\.(?:hatch|pdm|poe|taskipy|rye|poetry\.scripts|uv)\b/.test(section) &&
            /test|cov/.test(`${section.slice(5)} ${key}`)),
      ),
  },
  {
    files: /(^|\/)setup\.cfg$/,
    shown: '`[tool:pytest]`, `[unittest]`, `[nosetests]`, `[tox…]`, `[coverage:…]`, `[aliases] test`',
    read: (text) =>
      readSections(
        text,
        (section, key) =>
          /^(?:tool:pytest|pytest|unittest|nosetests|tox\b|testenv|coverage:|green)/.test(section) ||
          (section === 'aliases' && key === 'test'),
      ),
  },
  {
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
  },
  {
    files: /(^|\/)(?:pom\.xml|[^/]*\.pom)$/,
    shown:
      '`skipTests`, `maven.test.skip`, `testFailureIgnore`, includes, excludes, groups, the modules, and what Surefire and Failsafe are told',
    read: (text) =>
      new Map([
        ...readElements(
          text,
          /^(?:skip\w*|maven\.test\.\w[\w.]*|maven\.\w*\.?skip|surefire\.\w[\w.]*|testFailureIgnore|failIfNoTests|failIfNoSpecifiedTests|include|exclude|excludedGroups|groups|test|testSourceDirectory|module|rerunFailingTestsCount|phase|goal)$/,
        ),
      ]),
  },
  {
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
  },
  {
    files: /(^|\/)(?:GNUm|[mM])akefile$|\.mk$|(^|\/)[jJ]ustfile$|(^|\/)Taskfile\.ya?ml$/,
    shown: 'the recipes of `test`, `check` and the like',
    read: (text) =>
      readBlocks(text, {
        heads: /^\s*(?:test|tests|check|verify|ci|spec|unit|e2e|coverage|integration)(?:[-_:.]\w+)*[^:=\n]*:(?!=)/,
        lines: /^\s*(?:TESTS?|TEST_\w+|PYTEST_\w+|GOTEST\w*|check_PROGRAMS|XFAIL_TESTS|TESTFLAGS)\s*[:+?]?=/,
      }),
  },
  {
    files: /(^|\/)(?:Rakefile|[^/]*\.rake)$/,
    shown: '`Rake::TestTask`, `RSpec::Core::RakeTask`, `task :test`, `task default:`',
    read: (text) =>
      readBlocks(text, {
        heads: /\b(?:TestTask|RakeTask)\b|^\s*task\s*\(?\s*:?(?:test|spec|default)\b/,
        lines: /\btask\s+:?default\b/,
      }),
  },
  {
    files: /(^|\/)mix\.exs$/,
    shown: '`test_paths`, `test_pattern`, `test_ignore_filters`, aliases of `test`, `test_coverage`, `elixirc_paths`',
    read: (text) =>
      readBlocks(text, {
        lines:
          /\b(?:test_paths|test_pattern|test_ignore_filters|test_load_filters|warn_test_pattern|test_coverage|test_elixirc_options)\b|^\s*"?test(?:\.\w+)?"?:\s*\[/,
      }),
  },
  {
    files: /(^|\/)Package(?:@[^/]*)?\.swift$/,
    shown: '`.testTarget(…)`',
    read: (text) => readBlocks(text, { heads: /\.testTarget\s*\(/ }),
  },
  {
    files: /\.sbt$|(^|\/)build\.sc$/,
    shown: '`Test / …`, `testOptions`, `excludeFilter`, `aggregate(…)`',
    read: (text) =>
      readBlocks(text, {
        lines:
          /\b(?:Test|IntegrationTest|It)\s*\/|\bin\s*\(?\s*Test\b|\btest(?:Options|Only|Frameworks)\b|\bexcludeFilter\b|\.aggregate\s*\(/,
      }),
  },
  {
    files: /\.(?:cs|fs|vb)proj$|(^|\/)Directory\.Build\.(?:props|targets)$|\.(?:sln|slnx|slnf)$/,
    shown: '`IsTestProject`, `Compile Remove`, `VSTest…`, test projects of the solution',
    read: (text) =>
      readBlocks(text.replaceAll(/<!--[\s\S]*?-->/g, ''), {
        lines:
          /<(?:IsTestProject|IsPackable(?=.*Test)|VSTest\w*|TestingPlatform\w*|EnableDefaultCompileItems|RunSettingsFilePath)\b|<(?:Compile|None)\s+Remove=|\bTests?\.(?:cs|fs|vb)proj\b/,
      }),
  },
  {
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
    files: /(^|\/)vite\.config\.\w+$/,
    shown: '`test: { … }`',
    read: (text) => readBlocks(text, { heads: /^\s*test\s*:\s*\{/ }),
  },
  {
    files:
      /(^|\/)(?:WORKSPACE(?:\.bazel)?|MODULE\.bazel|\.bazelignore|BUCK|meson_options\.txt|\.testignore|\.gotestignore)$/,
    shown: 'folders that are left out',
    read: (text) => readBlocks(text, { lines: /\w/ }),
  },
];

export const configurationOf = (path: string): ConfigurationFile | undefined =>
  CONFIGURATION.find(({ files }) => files.test(path));

/** Tests in Swift, Dart, Elixir, Erlang, Haskell, R, Julia, Clojure, Robot Framework and Terraform. */
import { commentMarker, condition, type Language, LEFT_OUT, marker } from './language.ts';

export const SWIFT: Language = {
  title: 'Swift: Swift Testing, XCTest',
  runner: 'swift test',
  names: ['*.swift'],
  files: /\.swift$/,
  collected: [/\.swift$/],
  anywhere: /Tests?\.swift$|(^|\/)Tests\/.*\.swift$/,
  grammar: 'swift',
  declarations: ['function_declaration', 'class_declaration'],
  comment: '//',
  cases: [
    /^(?![^{(]*\b(?:private|fileprivate)\b)[^{]*?\bfunc\s+(?<name>test\w*)\s*\(\s*\)/,
    /^(?=[^{]*?@Test\b)[\s\S]*?\bfunc\s+(?<name>`[^`]+`|\w+)\s*\(/,
  ],
  groups: [/^[^{]*?\b(?:class|struct|extension|actor|enum)\s+(?<name>\w+)/],
  markers: [
    marker(
      '`.disabled(…)`, `.enabled(if: …)`, `.bug(…)`, `.tags(.slow)`, `.timeLimit`',
      new RegExp(`(?<=@(?:Test|Suite)\\([sS]*?)\\.(?:disabled|enabled|hidden)\\b|\\.tags\\(\\s*\\.${LEFT_OUT}\\b`, 'i'),
    ),
    marker('`withKnownIssue { }`, `XCTExpectFailure(…)`', /\b(?:withKnownIssue|XCTExpectFailure\w*)\b/),
    marker('`throw XCTSkip(…)`, `XCTSkipIf(…)`, `XCTSkipUnless(…)`, `Test.cancel()`', /\bXCTSkip\w*|\bTest\.cancel\b/),
    condition('`@available(…)`, `#if …`', /@available\b|^[ \t]*#(?:if|elseif)\b.*/),
    marker(
      'a private test',
      /\b(?:private|fileprivate)\s+func\s+test\w*|\b(?:fileprivate|private)\s+(?:final\s+)?class\b/,
    ),
    marker('`if false`, `return` at the head', /\b(?:if|guard)\s+(?:false|true)\b/),
    marker('`exit(0)`', /(?<![.\w])exit\(\s*(?:0|EXIT_SUCCESS)\s*\)/),
  ],
  assertions: /#(?:expect|require)\(/,
  starts: /\bclass\s+\w+\s*:\s*\w*(?:Test|Case)\w*/,
  rows: /\barguments\s*:\s*/,
};

export const DART: Language = {
  title: 'Dart, Flutter',
  runner: 'dart test',
  names: ['*_test.dart'],
  files: /\.dart$/,
  collected: [/_test\.dart$/],
  anywhere: /_test\.dart$/,
  comment: '//',
  cases: [
    /^[ \t]*(?:test|testWidgets|testGoldens|blocTest\w*(?:<[^>]*>)?|patrolTest)\s*\(\s*(?:"(?<name>[^"\n]*)"|'(?<name>[^'\n]*)')/,
  ],
  groups: [/^[ \t]*group\s*\(\s*(?:"(?<name>[^"\n]*)"|'(?<name>[^'\n]*)')/],
  markers: [
    marker(
      '`@Skip(…)`, `@TestOn(…)`, `@Tags([…])`, `@OnPlatform(…)`, `@Retry(…)`',
      /^[ \t]*@(?:Skip|TestOn|Tags|OnPlatform|Retry)\b/,
    ),
    marker(
      '`skip: …`, `solo: true`, `retry: …`, `testOn: …`, `tags: …`',
      /(?<![.\w])(?:skip|solo|retry|testOn)\s*:(?!\s*(?:false|null|\d+\s*[+*-])\b)(?=\s*(?:true\b|["'\d]|\w+\.))|(?<![.\w])tags\s*:\s*(?=["'[])/,
    ),
    marker('`markTestSkipped(…)`', /\bmarkTestSkipped\b/),
    marker('`if (false)`, `if (true) return`', /\bif\s*\(\s*(?:false\b|true\s*\)\s*return\b|!\s*true\b)/),
  ],
};

export const ELIXIR: Language = {
  title: 'Elixir: ExUnit',
  runner: 'mix test',
  names: ['*_test.exs'],
  files: /\.exs?$/,
  collected: [/_test\.exs$/],
  anywhere: /_test\.exs$/,
  comment: '#',
  runIds: { joined: [' '], added: /^(?:test|property|feature) / },
  cases: [/^[ \t]*(?:test|property|feature)\s*\(?\s*"(?<name>[^"\n]*)"/, /^[ \t]*(?<name>doctest\s*\(?\s*[\w.]+)/],
  groups: [/^[ \t]*describe\s+"(?<name>[^"\n]*)"/],
  starts: /^[ \t]*use\s+[\w.]*Case\b/,
  markers: [
    marker(
      '`@tag :skip`, `@describetag :skip`, `@moduletag skip: …`',
      new RegExp(
        `@(?:tag|describetag|moduletag)\\s*\\(?\\s*:?${LEFT_OUT}\\b(?!:\\s*(?:false|nil)\\b)|@(?:tag|describetag|moduletag)\\s*\\(?\\s*\\[?:?(?:skip|external|integration)\\b`,
      ),
    ),
    marker('`if false do`', /\b(?:if\s+false|unless\s+true)\b/),
    marker(
      '`System.halt`, `ExUnit.configure(exclude: …)`',
      /\bSystem\.(?:halt|stop)\b|\bExUnit\.(?:configure|start)\s*\(?[^\n]*\b(?:exclude|include|only)\b/,
    ),
    marker('a test without a body', /^[ \t]*test\s+"[^"\n]*"\s*$/),
    condition('`assert true`', /^[ \t]*assert\s+true\s*$/),
  ],
};

export const ERLANG: Language = {
  title: 'Erlang: EUnit, Common Test',
  runner: 'rebar3',
  names: ['*_tests.erl', '*_SUITE.erl'],
  files: /\.erl$/,
  collected: [/(_tests?|_SUITE|_eunit)\.erl$/],
  anywhere: /(_tests?|_SUITE)\.erl$/,
  comment: '--',
  cases: [/^(?<name>\w+_test_?)\s*\(\s*\)\s*->/],
  groups: [],
  markers: [marker('`{skip, …}`', /\{\s*skip\s*,/)],
};

export const HASKELL: Language = {
  title: 'Haskell: hspec, tasty',
  runner: 'the test program',
  names: ['*Spec.hs', '*Test.hs'],
  files: /\.l?hs$/,
  collected: [/(Spec|Tests?|Main)\.l?hs$/],
  anywhere: /Spec\.hs$/,
  comment: '--',
  cases: [/^[ \t]*,?\s*[xf]?(?:it|prop|specify|testCase|testProperty|testSpec|goldenVsString)\s+"(?<name>[^"\n]*)"/],
  groups: [/^[ \t]*,?\s*[xf]?(?:describe|context|testGroup)\s+"(?<name>[^"\n]*)"/],
  markers: [
    marker(
      '`xit`, `fit`, `xdescribe`, `fdescribe`, `xprop`',
      /(?<![\w.])[xf](?:it|describe|context|specify|prop)(?=\s+")/,
    ),
    marker(
      '`pending`, `pendingWith`, `focus`, `expectFail`, `ignoreTest`',
      /\b(?:pending|pendingWith|focus|expectFail(?:Because)?|ignoreTest(?:Because)?|assumeTrue)\b/,
    ),
  ],
  assertions: /`should\w+`|@\?=|@=\?|@\?|\bshouldBe\b/,
};

export const R: Language = {
  title: 'R: testthat',
  runner: 'testthat',
  names: ['test*.R'],
  files: /\.[rR]$/,
  collected: [/(^|\/)test[^/]*\.[rR]$/],
  anywhere: /(^|\/)testthat\/.*\.[rR]$/,
  comment: '#',
  cases: [/^[ \t]*(?:testthat::)?(?:test_that|it)\s*\(\s*["'](?<name>[^"'\n]*)["']/],
  groups: [/^[ \t]*describe\s*\(\s*["'](?<name>[^"'\n]*)["']/],
  markers: [
    marker(
      '`skip(…)`, `skip_on_ci()`, `skip_on_cran()`, `skip_if…(…)`',
      /(?<![.\w])(?:testthat::)?skip(?:_\w+)?(?=\s*\()/,
    ),
    marker('`if (FALSE)`, `try(…)`, `quit()`', /\bif\s*\(\s*(?:FALSE|F|0)\s*\)|^[ \t]*(?:quit|q)\s*\(/),
  ],
};

export const JULIA: Language = {
  title: 'Julia',
  runner: 'Pkg.test',
  names: ['*.jl'],
  files: /\.jl$/,
  collected: [/\.jl$/],
  comment: '#',
  cases: [/^[ \t]*@testset\b[^"\n]*"(?<name>[^"\n]*)"/, /^[ \t]*@testitem\s+"(?<name>[^"\n]*)"/],
  groups: [],
  markers: [
    marker(
      '`@test_skip`, `@test_broken`, `skip=true`, `broken=true`',
      /@test_(?:skip|broken)\b|(?<=@test\b[^\n]*)\b(?:skip|broken)\s*=(?!\s*false)/,
    ),
  ],
  assertions: /@test(?:_throws|_nowarn|_logs|_warn)?\b/,
  isScript: true,
};

export const CLOJURE: Language = {
  title: 'Clojure',
  runner: 'clojure.test',
  names: ['*_test.clj'],
  files: /\.clj[cs]?$/,
  collected: [/_test\.clj[cs]?$/],
  anywhere: /_test\.clj[cs]?$/,
  comment: '--',
  cases: [
    /^[ \t]*\(deftest(?:-)?\s+(?:\^\S+\s+)*(?<name>[^\s()]+)/,
    /^[ \t]*\((?:facts?|it|specification)\s+"(?<name>[^"\n]*)"/,
  ],
  groups: [],
  markers: [
    marker(
      '`^:skip`, `#_`, `^:kaocha/skip`',
      /#_\s*\(|\^:[\w/]*(?:skip|pending|slow|integration|focus)\b|\^\{[^}]*:(?:skip|pending)\b|\(comment\b/,
    ),
  ],
  assertions: /\((?:is|are)\s/,
};

export const ROBOT: Language = {
  title: 'Robot Framework, Gherkin',
  runner: 'Robot Framework',
  names: ['*.robot', '*.feature'],
  files: /\.(?:robot|resource|feature)$/,
  collected: [/\.(?:robot|feature)$/],
  anywhere: /\.(?:robot|feature)$/,
  comment: '#',
  cases: [
    /^(?<name>[A-Za-z0-9][^*#\n]*)$(?=\n[ \t]{2,}\S)/,
    /^[ \t]*(?:Scenario(?: Outline)?|Example)\s*:\s*(?<name>[^\n]+)/,
  ],
  groups: [],
  markers: [
    commentMarker(
      '`robot:skip`, `robot:exclude`, `[Tags]    skip`, `Skip`, `@skip`, `@wip`',
      new RegExp(
        `\\brobot:(?:skip\\w*|exclude)\\b|^\\s*(?:\\[Tags\\]|Test Tags|Force Tags|Default Tags)[^\\n]*\\s${LEFT_OUT}\\b|^\\s+(?:Skip|Skip If|Pass Execution\\w*|Pass Execution If|Run Keyword And Ignore Error|Run Keyword And Continue On Failure|Run Keyword And Expect Error)\\b|^\\s*@${LEFT_OUT}\\b`,
        'i',
      ),
    ),
  ],
  assertions: /\bShould\b(?=\s)|^\s*Then\b/,
};

export const TERRAFORM: Language = {
  title: 'Terraform tests',
  runner: 'terraform test',
  names: ['*.tftest.hcl'],
  files: /\.tf(?:test|mock)?\.?(?:hcl|json)?$/,
  collected: [/\.tftest\.(?:hcl|json)$/],
  anywhere: /\.tftest\.(?:hcl|json)$/,
  comment: '#',
  cases: [/^[ \t]*run\s+"(?<name>[^"\n]*)"\s*\{/],
  groups: [],
  markers: [marker('`expect_failures`', /\bexpect_failures\b/)],
  assertions: /\bcondition\s*=/,
};

/** Tests in Go, Rust, Zig, C and C++. */
import { commentMarker, condition, type Language, LEFT_OUT, marker } from './language.ts';

export const GO: Language = {
  title: 'Go',
  runner: 'go test',
  names: ['*_test.go'],
  files: /\.go$/,
  collected: [
    /^(?!.*(?:^|\/)(?:testdata|_[^/]*|\.[^/]*)\/)(?:.*\/)?(?![_.])(?![^/]*_(?:windows|darwin|linux|freebsd|netbsd|openbsd|plan9|solaris|js|wasm|wasip1|android|ios|aix|arm|arm64|386|amd64|riscv64|s390x)_test\.go$)[^/]*_test\.go$/,
    /^(?!.*(?:^|\/)(?:testdata|_[^/]*|\.[^/]*)\/)(?:.*\/)?(?![_.])[^/]*_test\.go$/,
  ],
  anywhere: /_test\.go$/,
  grammar: 'go',
  declarations: ['function_declaration', 'method_declaration'],
  calls: ['call_expression'],
  comment: '//',
  runIds: { path: '/', added: /#\d+$/, space: '_' },
  cases: [
    /^func\s+(?<name>Test(?![a-z])\w*)\s*(?:\[[^\]]*\])?\(\s*\w+\s+\*testing\.T\s*,?\s*\)/,
    /^func\s+(?<name>Fuzz(?![a-z])\w*)\s*\(\s*\w+\s+\*testing\.F\s*,?\s*\)/,
    /^func\s+(?<name>Benchmark(?![a-z])\w*)\s*\(\s*\w+\s+\*testing\.B\s*,?\s*\)/,
    /^func\s+\([^)]*\)\s*(?<name>Test(?![a-z])\w*)\s*\(\s*\)/,
    /^func\s+(?<name>Example(?![a-z])\w*)\s*\(\s*\)/,
    /^\w+\.Run\(\s*(?:"(?<name>[^"\n]*)"|(?<name>[\w.]+))\s*,/,
    /^(?:ginkgo\.)?[FPX]?(?:It|Specify|Entry|DescribeTable)\(\s*"(?<name>[^"\n]*)"/,
  ],
  // An example without its output is compiled and not run.
  runs: { name: /^Example/, when: /\/\/\s*(?:unordered\s+)?output:/i },
  groups: [/^(?:ginkgo\.)?[FPX]?(?:Describe|Context|When)\(\s*"(?<name>[^"\n]*)"/],
  markers: [
    marker(
      '`t.Skip(…)`, `Skipf`, `SkipNow`, whatever `t` is called',
      /(?<![\w.])(?:\w+|\w+\.T\(\))\.(?:Skip|Skipf|SkipNow)(?=\()/,
    ),
    commentMarker('`//go:build …`, `// +build …`', /^\/\/\s?(?:go:build|\+build)\b.*/),
    marker(
      '`XIt`, `PIt`, `FIt`, `FDescribe` of Ginkgo, `Pending`',
      /(?<![\w])[FPX](?:It|Describe|Context|When|Specify|Entry|DescribeTable)(?=\()|,\s*(?:ginkgo\.)?(?:Pending|Focus)\b/,
    ),
    marker('`if false`, `if true { return }`', /\bif\s+(?:false\b|true\s*\{\s*return\b|!true\b)/),
    marker('`os.Exit(0)`', /\bos\.Exit\(\s*0?\s*\)/),
    condition('`testing.Short()`', /\btesting\.Short\(\)/),
    marker('an exit of `TestMain` without the run', /^func\s+TestMain\([^)]*\)\s*\{(?![\s\S]{0,2000}\.Run\(\))/),
  ],
  assertions: /(?:if\s[^\n{]*\{\s*)?\b(?:tt|t|tb|b|f|s)\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(/,
  rows: /\[\]struct\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)*\}\s*|\bmap\[string\](?:struct\s*\{[^{}]*\}|\w+)\s*|\b(?:tests|cases|tcs|testCases)\s*:?=\s*\[\][\w.*]+\s*/,
};

export const RUST: Language = {
  title: 'Rust',
  runner: 'cargo test',
  names: ['*.rs'],
  files: /\.rs$/,
  collected: [/\.rs$/],
  anywhere: /(^|\/)(tests|benches)\/.*\.rs$/,
  inline: /#\[(?:\w+::)*(?:test|rstest|test_case|proptest|quickcheck|cfg\(.*\btest\b.*\))/,
  grammar: 'rust',
  declarations: ['function_item', 'mod_item'],
  comment: '//',
  runIds: { path: '::', added: /::case_\d+.*$/s },
  cases: [/^(?=[^{]*?#\[(?:\w+::)*(?:test|rstest|test_case|quickcheck|wasm_bindgen_test)\b)[^{]*?\bfn\s+(?<name>\w+)/],
  groups: [/^[^{]*?\bmod\s+(?<name>\w+)/],
  markers: [
    marker('`#[ignore]`, `#[cfg_attr(…, ignore)]`', /#!?\[\s*(?:ignore\b|cfg_attr\b[^\]]*\bignore\b)/),
    condition('`#[cfg(…)]` on a test, `#![cfg(…)]` on a file', /#!?\[\s*cfg\s*\((?!\s*(?:all\(\s*)?test\b\s*\)*\])/),
    marker('`#[should_panic]`', /#\[\s*should_panic\b/),
    marker('`if false`, `if true { return }`', /\bif\s+(?:false\b|true\s*\{\s*return\b|!true\b|cfg!\()/),
    marker('`std::process::exit(0)`', /\bprocess::exit\(/),
    marker('`skip!(…)`', /(?<![\w])(?:skip|test_skip)!\s*\(/),
  ],
  assertions: /(?<![\w.])(?:prop_assert|assert|debug_assert|assert_\w+|insta::assert_\w+)!\s*\(/,
  /** Modules of tests in files of their own. */
  starts: /^[ \t]*(?:pub\s+)?mod\s+\w*tests?\w*\s*;/,
  row: /#\[(?:case|test_case|case::\w+)\b/,
};

export const ZIG: Language = {
  title: 'Zig',
  runner: 'zig test',
  names: ['*.zig'],
  files: /\.zig$/,
  collected: [/\.zig$/],
  inline: /^\s*test\s*(?:"|\{|\w+\s*\{)/m,
  comment: '//',
  cases: [/^[ \t]*test\s*(?:"(?<name>[^"\n]*)"|(?<name>\w+))?\s*\{/],
  groups: [],
  markers: [
    marker('`return error.SkipZigTest`', /\berror\.SkipZigTest\b/),
    marker('`if (false)`, `if (true) return`', /\bif\s*\(\s*(?:false\b|true\s*\)\s*return\b|builtin\.)/),
  ],
};

export const CPP: Language = {
  title: 'C, C++: GoogleTest, Catch2, doctest, Boost.Test',
  runner: 'the test program',
  names: [],
  files: /\.(?:c|cc|cpp|cxx|c\+\+|h|hh|hpp|hxx|m|mm|cu)$/,
  collected: [],
  comment: '//',
  cases: [
    /^[ \t]*(?:GTEST_)?(?:TYPED_)?TEST(?:_F|_P)?\s*\(\s*(?:DISABLED_)?(?<name>\w+\s*,\s*\w+)\s*\)/,
    /^[ \t]*(?:TEST_CASE(?:_METHOD|_FIXTURE)?|SCENARIO|TEMPLATE_TEST_CASE|SECTION|SUBCASE)\s*\(\s*(?:\w+\s*,\s*)?"(?<name>[^"\n]*)"/,
    /^[ \t]*BOOST_(?:AUTO|FIXTURE|DATA|PARAM)_TEST_CASE(?:_TEMPLATE)?\s*\(\s*(?<name>\w+)/,
    /^[ \t]*(?:START_TEST|CPPUNIT_TEST|TEST|TEST_METHOD|QTEST|RUN_TEST|MU_TEST|UTEST|CTEST)\s*\(\s*(?<name>\w+(?:\s*,\s*\w+)?)\s*\)/,
    /^(?:static\s+)?(?:void|int)\s+(?<name>test_?\w+|\w+_test)\s*\([^;{]*\)\s*\{?\s*$/,
  ],
  groups: [/^[ \t]*BOOST_(?:AUTO|FIXTURE)_TEST_SUITE\s*\(\s*(?<name>\w+)/],
  markers: [
    marker(
      '`GTEST_SKIP()`, `SKIP(…)`, `QSKIP(…)`, `CHECK_NOFAIL(…)`',
      /\b(?:GTEST_SKIP|SKIP|QSKIP|CHECK_NOFAIL|TEST_IGNORE\w*|UNIT_TEST_SKIP|ck_skip|BOOST_TEST_SKIP)\b/,
    ),
    marker('`DISABLED_…`', /\bDISABLED_\w+/),
    commentMarker(
      '`[.]`, `[!hide]`, `[!shouldfail]`, `[!mayfail]`',
      /"[^"\n]*\[(?:\.\w*|!(?:hide|shouldfail|mayfail|benchmark|throws))\][^"\n]*"/,
    ),
    marker(
      '`* disabled()`, `* expected_failures(…)`, `* enable_if<false>()`, `* skip()`, `* should_fail()`',
      /\*\s*(?:[\w]+::)*(?:disabled|disable_if|enable_if|precondition|expected_failures|skip|may_fail|should_fail|expected_failures|depends_on)\b/,
    ),
    condition('`#if 0`, `#ifdef NEVER`', /^[ \t]*#\s*(?:if|ifdef|ifndef)\b(?!\s+\w+_H(?:PP|H)?_?\s*$).*/),
    marker('`if (false)`, `if (true) return`', /\bif\s*\(\s*(?:false|0|true\s*\)\s*return|1\s*\)\s*return)\b/),
    condition('`return;` before the assertions', /(?<=\{\s*\n?\s*)return\s*;/),
    marker('`exit(0)`', /(?<![\w.])(?:std::)?_?exit\s*\(\s*(?:0|EXIT_SUCCESS)\s*\)/),
    marker(
      '`EXPECT_NONFATAL_FAILURE`, `GTEST_FLAG_SET(filter…)`',
      /\bGTEST_FLAG\w*\(\s*filter\b|::testing::GTEST_FLAG/,
    ),
  ],
  assertions:
    /\b(?:REQUIRE|CHECK|WARN|BOOST_TEST|BOOST_CHECK|BOOST_REQUIRE|BOOST_WARN|CPPUNIT_ASSERT|TEST_ASSERT|QVERIFY|QCOMPARE|ck_assert|cr_assert|mu_assert|LONGS_EQUAL|STRCMP_EQUAL)\w*\s*\(/,
  starts:
    /\bINSTANTIATE_T\w*TEST\w*\s*\(|\bRUN_ALL_TESTS\s*\(|\bRUN_TEST\w*\s*\(|\bsuite_add_tcase\s*\(|\btcase_add_test\s*\(|\bCPPUNIT_TEST\w*\s*\(|\bQTEST_\w*MAIN\b/,
  rows: /::testing::Values\b|\bValues(?=\()|\bGENERATE(?=\()/,
};

export const CTEST: Language = {
  title: 'CTest, Meson',
  runner: 'CTest',
  names: ['CMakeLists.txt', 'meson.build'],
  files: /(^|\/)CMakeLists\.txt$|\.cmake$|(^|\/)meson\.build$/,
  collected: [/(^|\/)(CMakeLists\.txt|meson\.build)$/],
  anywhere: /(^|\/)(CMakeLists\.txt|meson\.build)$|\.cmake$/,
  comment: '#',
  cases: [
    /^[ \t]*add_test\s*\(\s*(?:NAME\s+)?(?<name>[^\s)]+)/i,
    /^[ \t]*(?:\w*(?:gtest|catch|doctest|boost)\w*_(?:discover|add)_tests|add_(?:\w+_)?test|catch_discover_tests|gtest_discover_tests)\s*\(\s*(?<name>[^\s)]+)/i,
    /^[ \t]*(?<name>enable_testing|include\s*\(\s*CTest)\s*[()]/i,
    /^[ \t]*add_subdirectory\s*\(\s*(?<name>\w*tests?\w*)/i,
    /^[ \t]*(?:test|benchmark)\s*\(\s*'(?<name>[^']*)'/,
  ],
  groups: [],
  markers: [
    marker(
      '`DISABLED TRUE`, `WILL_FAIL`, `SKIP_RETURN_CODE`',
      /\b(?:DISABLED\s+(?:TRUE|ON|1|YES|\$)\S*|WILL_FAIL\b|SKIP_RETURN_CODE\b|SKIP_REGULAR_EXPRESSION\b)/i,
    ),
    marker(
      '`PASS_REGULAR_EXPRESSION`, `LABELS "slow"`, `should_fail: true`',
      new RegExp(`\\bPASS_REGULAR_EXPRESSION\\b|\\bLABELS\\s+"?${LEFT_OUT}|\\bshould_fail\\s*:\\s*true`, 'i'),
    ),
    marker(
      '`TEST_FILTER`, `EXCLUDE`, `CTEST_CUSTOM_TESTS_IGNORE`',
      /\b(?:TEST_FILTER|TEST_EXCLUDE\w*|CTEST_CUSTOM_TESTS_IGNORE|EXCLUDE_FROM_ALL|EXCLUDE_REGEX|--gtest_filter\S*)/,
    ),
    marker(
      '`if(FALSE)`, `set(BUILD_TESTING OFF)`',
      /\bif\s*\(\s*(?:FALSE|OFF|0|NO)\s*\)|\bBUILD_(?:TESTING|TESTS)\b[^\n]*\b(?:OFF|FALSE|0)\b|\bif\s*\(\s*NOT\s+BUILD_TEST/i,
    ),
    marker(
      '`COMMAND true`',
      /\bCOMMAND\s+(?:\S*\/)?(?:true|echo|:|\$\{CMAKE_COMMAND\}\s+-E\s+(?:true|echo))(?=[\s)])/i,
    ),
    marker('`return()`', /^[ \t]*return\s*\(\s*\)/i),
  ],
};

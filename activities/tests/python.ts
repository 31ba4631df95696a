/** Tests in Python, and Bazel's build files, which are written in a part of it. */
import { commentMarker, condition, type Language, LEFT_OUT, marker } from './language.ts';

export const PYTHON: Language = {
  title: 'Python: pytest, unittest, Django',
  runner: 'pytest',
  names: ['test*.py', '*_test.py', 'tests.py'],
  files: /\.pyi?$/,
  collected: [/(^|\/)(test[^/]*|[^/]*_test|tests)\.py$/],
  anywhere: /(^|\/)(test_[^/]*|[^/]*_test|tests)\.py$/,
  grammar: 'python',
  declarations: ['function_definition', 'class_definition'],
  isLastKept: true,
  runIds: { added: /\[.*\]$/s },
  comment: '#',
  cases: [/^(?:@[\s\S]*?\n\s*)?(?:async\s+)?def\s+(?<name>test\w*)/],
  groups: [/^(?:@[\s\S]*?\n\s*)?class\s+(?<name>Test\w*|\w+(?=\s*\(\s*[^)\s]))/],
  closed: [/^class\s+(?!Test)\w+\s*(?:\(\s*\)\s*)?:/, /^(?:async\s+)?def\s+(?!test)\w+/],
  markers: [
    marker(
      '`@pytest.mark.skip`, `skipif`, `xfail`, `@unittest.skip…`, `expectedFailure`',
      /\b(?:mark|unittest|case)\.(?:skip\w*|xfail|expectedFailure)\b|(?<=@)(?:skip\w*|xfail|expectedFailure)\b/,
    ),
    marker(
      '`pytest.skip(…)`, `pytest.xfail(…)`, `pytest.exit(…)`, `importorskip(…)`, `self.skipTest(…)`, `raise SkipTest`',
      /(?:\bpytest\.(?:skip|xfail|exit|importorskip)|(?<![\w.])(?:skip|xfail|importorskip)|\bskipTest)(?=\s*\()|\braise\s+(?:\w+\.)*(?:SkipTest|Skipped)\b|\bpytest\.skip\.Exception\b/,
    ),
    condition(
      '`@tag("slow")`, `@pytest.mark.slow`, `@pytest.mark.flaky`',
      new RegExp(`@(?:pytest\\.mark\\.${LEFT_OUT}\\b|tag\\(\\s*["']${LEFT_OUT}["'])|\\bmark\\.${LEFT_OUT}\\b`, 'i'),
    ),
    marker(
      '`__test__ = False`, `collect_ignore`, `__unittest_skip__`',
      /\b__test__\s*=\s*False\b|\bcollect_ignore(?:_glob)?\b|\b__unittest_skip__\b|\bload_tests\s*\(/,
    ),
    marker(
      '`if False:`, `if TYPE_CHECKING:`, `while False:`',
      /^\s*(?:if|while)\s+\(?(?:False|0|None|TYPE_CHECKING)\)?\s*:/,
    ),
    marker(
      '`sys.exit(…)` and `raise SystemExit` in the file',
      /^(?:sys\.exit|exit|quit|os\._exit)\(|^raise\s+SystemExit/,
    ),
    condition(
      'tests below an `if`, which ran always',
      /^[ \t]*if\b[^\n]*:[ \t]*\n(?=(?:[ \t]*@[^\n]*\n)*[ \t]+(?:(?:async[ \t]+)?def[ \t]+test|class[ \t]+\w*Test))/,
    ),
    commentMarker('`# doctest: +SKIP`', /#\s*doctest:\s*\+SKIP/),
    marker('`class Test…` with `__init__`', /(?<=class\s+Test\w*[\s\S]{0,200}\n\s+)def\s+__init__/),
    marker(
      '`del test_…`, `test_… = None`',
      /^\s*del\s+(?:\w+\.)?[Tt]est\w*|^\s*(?:\w+\.)?(?:test_\w+|Test\w+)\s*=\s*None\b/,
    ),
  ],
  assertions: /\b(?:pytest\.)?(?:raises|warns|deprecated_call)\(/,
  rows: /\bparametrize\s*\(\s*(?:"[^"]*"|'[^']*'|[([][^)\]]*[)\]])\s*,\s*(?:argvalues\s*=\s*)?|\bparameterized\.expand\s*\(\s*/,
};

export const BAZEL: Language = {
  title: 'Bazel',
  runner: 'Bazel',
  names: ['BUILD', 'BUILD.bazel'],
  files: /(^|\/)BUILD(\.bazel)?$|\.bzl$/,
  collected: [/(^|\/)BUILD(\.bazel)?$/],
  anywhere: /(^|\/)BUILD(\.bazel)?$/,
  grammar: 'python',
  calls: ['call'],
  comment: '#',
  cases: [
    /^\w*_test(?:_suite)?\s*\([\s\S]*?\bname\s*=\s*"(?<name>[^"]*)"/,
    /^test_suite\s*\([\s\S]*?\bname\s*=\s*"(?<name>[^"]*)"/,
  ],
  groups: [],
  markers: [
    commentMarker('`tags = ["manual"]`', new RegExp(`"(?:${LEFT_OUT}|-?external|notest)"(?=[^\\]\\n]*\\])`)),
    marker('`target_compatible_with`', /\btarget_compatible_with\b/),
    condition('`exclude = […]` of sources', /\bexclude\s*=/),
    marker('`flaky = True`', /\bflaky\s*=\s*True\b/),
    marker('`args` and `env` that pick tests', /--(?:gtest_filter|test_filter|deselect|ignore)\b|\bGTEST_FILTER\b/),
  ],
  rows: /\b(?:srcs|tests|test_suites|shards)\s*=\s*/,
};

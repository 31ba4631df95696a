/** Tests in Ruby, PHP, Perl, Lua and shells. */
import { commentMarker, condition, type Language, LEFT_OUT, marker } from './language.ts';

export const RUBY: Language = {
  title: 'Ruby: RSpec, Minitest, test-unit',
  runner: 'the runner',
  names: ['*_spec.rb', '*_test.rb', 'test_*.rb'],
  files: /\.rb$/,
  collected: [/(^|\/)([^/]*_spec|[^/]*_test|test_[^/]*|tc_[^/]*|ts_[^/]*)\.rb$/],
  anywhere: /(_spec|_test)\.rb$|(^|\/)test_[^/]*\.rb$/,
  grammar: 'ruby',
  declarations: ['method', 'class'],
  calls: ['call'],
  comment: '#',
  runIds: { joined: [' '], added: /^test_(?:\d{4}_)?/, space: '_' },
  cases: [
    /^def\s+(?<name>test_?\w*[?!]?)/,
    /^(?:[xf]?(?:it|specify|example|scenario)|its|focus|test|should|property|they)\b\s*\(?\s*(?:["'](?<name>[^"'\n]*)["']|(?<name>:?\w+))/,
    /^(?:[xf]?(?:it|specify|example)|its)\s*(?:\(|\{|do\b|,)/,
    /^(?:it_behaves_like|include_examples|it_should_behave_like|include_context)\b\s*\(?\s*["'](?<name>[^"'\n]*)["']/,
  ],
  groups: [
    /^(?:RSpec\.)?[xf]?(?:describe|context|feature|example_group|shared_examples\w*)\b\s*\(?\s*(?:["'](?<name>[^"'\n]*)["']|(?<name>[\w:.]+))/,
    /^class\s+(?<name>[\w:]+)/,
  ],
  markers: [
    marker(
      '`xit`, `fit`, `xdescribe`, `fdescribe`, `RSpec.fdescribe`, `xscenario`, `focus`',
      /(?<![.\w@:])(?:RSpec\.)?(?:[xf](?:it|describe|context|specify|example|feature|scenario|example_group)|focus)\b(?=\s*\(?\s*(?:["']|[A-Z:]|do\b|\{))/,
    ),
    marker(
      '`skip`, `pending`, `omit`, `pend`',
      /(?<=^|[;{]\s*|\bdo\s+)[ \t]*(?:skip|pending|omit|omit_if|omit_unless|pend|skip_if|skip_unless|skip_until)\b(?=\s*(?:$|["'(:]|if\b|unless\b|do\b|\}|;|[A-Z]))/,
    ),
    marker(
      '`, :skip`, `skip: …`, `pending: …`, `:focus`, `focus: true`',
      /(?<=\b(?:it|describe|context|specify|example|scenario|feature|test|example_group)\b[^\n]*,\s*)(?::(?:skip|pending|focus|fit)\b|(?:skip|pending|focus)\s*(?::(?!\s*(?:false|nil)\b)|=>)|:(?:skip|pending|focus)\s*=>)/,
    ),
    marker(
      '`if: …`, `unless: …`, `:slow`',
      new RegExp(
        `(?<=\\b(?:it|describe|context|specify|example|scenario|feature)\\b[^\\n]*,\\s*)(?:(?:if|unless)\\s*:|:if\\s*=>|:unless\\s*=>|:${LEFT_OUT}\\b|${LEFT_OUT}:\\s*true)`,
      ),
    ),
    marker(
      '`if false`, `unless true`, `return` at the head',
      /^[ \t]*(?:if\s+(?:false|nil)\b|unless\s+true\b|while\s+false\b)|[ \t](?:if\s+false|unless\s+true)\s*$/,
    ),
    marker('`it "…"` without a block', /^[ \t]*(?:it|specify|example)\s+(?:"[^"\n]*"|'[^'\n]*')\s*$/),
    condition(
      'tests below an `if`, which ran always',
      /^[ \t]*(?:if|unless)\b[^\n]*\n(?=\s*(?:it|describe|context|specify|def test)\b)|(?<=^[ \t]*(?:end|\}))[ \t]+(?:if|unless)\b/,
    ),
    marker('`exit`, `abort`, `__END__`', /^[ \t]*(?:exit!?|abort|Kernel\.exit)\b|^__END__$/),
    marker(
      '`private` before tests, `undef_method`',
      /^[ \t]*private\b(?=\s*$|\s+def\s+test)|\b(?:undef_method|remove_method)\b|^[ \t]*undef\s/,
    ),
    marker(
      '`filter_run_excluding`, `exclusion_filter`, `retry: …`',
      /\bfilter_run_(?:excluding|including|when_matching)\b|\bexclusion_filter\b|\bretry:\s*\d/,
    ),
  ],
  starts:
    /^[ \t]*require\s*\(?\s*["'](?:minitest\/autorun|test\/unit|rspec\/autorun)|\bclass\s+\w+\s*<\s*[\w:]*(?:Test|Case|Spec)\w*/,
  assertions: /\.(?:should|should_not|must_\w+|wont_\w+)\b|(?<![.\w])(?:is_expected|refute\w*|flunk|expects?)\b/,
};

export const PHP: Language = {
  title: 'PHP: PHPUnit, Pest',
  runner: 'PHPUnit',
  names: ['*Test.php', '*Cest.php', '*.phpt'],
  files: /\.(?:php|phpt)$/,
  collected: [/(Test|Cest|Spec)\.php$|\.phpt$/],
  anywhere: /(Test|Cest)\.php$|\.phpt$/,
  grammar: 'php',
  declarations: ['method_declaration', 'class_declaration'],
  hasDocComments: true,
  calls: ['function_call_expression'],
  comment: '//',
  runIds: { added: /^it | with data set .*$/gs },
  cases: [
    // A private method is no test.
    /^(?![^{(]*\b(?:private|protected)\b)[^{]*?\bfunction\s+(?<name>test\w*)\s*\(/,
    /^(?![^{(]*\b(?:private|protected)\b)(?=[^{]*?(?:#\[[^\]]*\bTest\b|@test\b))[^{]*?\bfunction\s+(?<name>\w+)\s*\(/,
    /^(?:it|test|arch|todo)\s*\(\s*(?:"(?<name>[^"\n]*)"|'(?<name>[^'\n]*)')/,
  ],
  groups: [/^[^{]*?\bclass\s+(?<name>\w+)/, /^describe\s*\(\s*(?:"(?<name>[^"\n]*)"|'(?<name>[^'\n]*)')/],
  markers: [
    marker(
      '`markTestSkipped(…)`, `markTestIncomplete(…)`, `expectNotToPerformAssertions()`',
      /\b(?:markTestSkipped|markTestIncomplete|markAsRisky|expectNotToPerformAssertions|skipIf|skipUnless)\b(?=\s*\()/,
    ),
    marker('`throw new SkippedTest…`', /\b(?:Skipped\w*|IncompleteTest\w*)(?=\s*[(;])(?<=\bnew\s+[\w\\]+)/),
    marker(
      '`->skip()`, `->only()`, `->todo()`, `->skipOnWindows()`, `->throws(…)`',
      /->\s*(?:skip\w*|only|todo|fails|throwsNoExceptions|wip|onlyOn\w+)\b(?=\s*\()/,
    ),
    marker(
      '`#[RequiresPhp]`, `#[Group("slow")]`, `#[DoesNotPerformAssertions]`',
      new RegExp(
        `#\\[(?:[\\w\\\\]*\\\\)?(?:Requires\\w+|Ignore\\w*|Skip\\w*|DoesNotPerformAssertions|Group\\(\\s*['"]${LEFT_OUT})`,
        'i',
      ),
    ),
    commentMarker(
      '`@requires …`, `@group slow`, `@doesNotPerformAssertions`, `@skip`',
      new RegExp(
        `@(?:requires\\b.*|group\\s+${LEFT_OUT}\\b|doesNotPerformAssertions|expectedException\\w*|skip\\w*|incomplete)`,
        'i',
      ),
    ),
    marker(
      'an abstract test class, a private test',
      /\babstract\s+class\b|\b(?:private|protected)\s+(?:static\s+)?function\s+(?:test\w*|\w+_test)/,
    ),
    marker('`if (false)`, `if (true) return`', /\bif\s*\(\s*(?:false\b|0\s*\)|true\s*\)\s*\{?\s*return\b|!\s*true\b)/i),
    marker('`exit`, `die`, `return;` before the tests', /^[ \t]*(?:exit|die)\b|^return\s*;|\b__halt_compiler\b/),
  ],
  assertions: /->\s*(?:expectException\w*|toThrow|shouldReceive|should\w+)\s*\(/,
  row: /#\[(?:TestWith|DataProvider)\b/,
  starts: /\bextends\s+[\w\\]*(?:Test|Case|Cest)\w*/,
  rows: /->\s*with\s*\(\s*/,
};

export const PERL: Language = {
  title: 'Perl: Test::More',
  runner: 'prove',
  names: ['*.t'],
  files: /\.(?:t|pl|pm)$/,
  collected: [/\.t$/],
  anywhere: /(^|\/)x?t\/.*\.t$/,
  comment: '#',
  cases: [/^[ \t]*subtest\s*\(?\s*["']?(?<name>[^"',=\n]*?)["']?\s*(?:=>|,)\s*(?:\w+\s*=>\s*)?sub\b/],
  groups: [],
  markers: [
    commentMarker('`skip_all`, `plan skip_all`', /\bskip_all\b/),
    marker(
      '`skip …`, `SKIP: {`, `TODO: {`, `todo_skip`, `local $TODO`',
      /^[ \t]*(?:SKIP|TODO)\s*:\s*\{|^[ \t]*skip\b(?=\s*[\s("'])|\btodo_skip\b|\blocal\s+\$(?:\w+::)*TODO\b|\btodo\s*\(?\s*["']/,
    ),
    marker('`exit 0`, `done_testing` early, `BAIL_OUT`', /^[ \t]*(?:exit\b|BAIL_OUT\b)|^__END__|^=(?:pod|begin|for)\b/),
    marker('`if (0)`', /\b(?:if|unless)\s*\(\s*[01]\s*\)/),
  ],
  assertions:
    /^[ \t]*(?:is|ok|is_deeply|like|unlike|isnt|cmp_ok|can_ok|isa_ok|lives_ok|dies_ok|throws_ok|pass|fail|eq_or_diff)\b(?=\s*[(\s$@%\\"'])/,
  isScript: true,
};

export const SHELL: Language = {
  title: 'Shell: bats, shunit2, scripts in a folder of tests',
  runner: 'the runner',
  names: ['*.bats', '*.sh'],
  files: /\.(?:sh|bash|bats|zsh|ksh)$/,
  collected: [/\.bats$/, /\.(?:sh|bash|zsh|ksh)$/],
  anywhere: /\.bats$|_test\.sh$|(^|\/)test_[^/]*\.sh$/,
  comment: '#',
  cases: [
    /^[ \t]*@test\s+(?:"(?<name>[^"\n]*)"|'(?<name>[^'\n]*)'|(?<name>[^\s"'{][^\n{]*?)(?=\s*\{))/,
    /^(?:function\s+)?(?<name>test_?\w+)\s*\(\s*\)/,
    /^[ \t]*(?:It|Specify|Example)\s+['"](?<name>[^'"\n]*)['"]/,
  ],
  groups: [/^[ \t]*(?:Describe|Context)\s+['"](?<name>[^'"\n]*)['"]/],
  markers: [
    marker(
      '`skip`, `startSkipping`, `Skip`, `Pending`, `Todo`',
      /^[ \t]*(?:skip|startSkipping|Skip|Pending|Todo|x(?:It|Describe|Context|Specify)|f(?:It|Describe|Context))\b/,
    ),
    marker('`# bats test_tags=…`, `bats:focus`', /\bbats:focus\b/),
    marker('`exit 0`, `return 0` at the head', /^[ \t]*(?:exit|return)(?:\s+0)?\s*$/),
    marker('`|| true`, `|| :`, `set +e`', /\|\|\s*(?:true|:|exit\s+0|return\s+0|echo\b)|^[ \t]*set\s+\+e\b/),
    marker('`if false`', /^[ \t]*(?:if|while)\s+(?:false|\[\s*0\s*-eq\s*1\s*\])|^[ \t]*false\s*&&/),
  ],
  assertions: /^[ \t]*(?:\[\[?\s|(?:!\s+)?(?:grep|diff|cmp|test|assert\w*|refute\w*|The)\s|run\s)/,
  isScript: true,
};

export const LUA: Language = {
  title: 'Lua: busted, luaunit',
  runner: 'busted',
  names: ['*_spec.lua', '*_test.lua'],
  files: /\.lua$/,
  collected: [/(_spec|_test|\/test_?[^/]*)\.lua$/],
  anywhere: /_spec\.lua$/,
  comment: '--',
  cases: [
    /^[ \t]*(?:it|test|specify)\s*\(\s*["'](?<name>[^"'\n]*)["']/,
    /^[ \t]*(?:local\s+)?function\s+(?:\w+[.:])?(?<name>[tT]est\w*)/,
  ],
  groups: [/^[ \t]*(?:describe|context|insulate|expose)\s*\(\s*["'](?<name>[^"'\n]*)["']/],
  starts: /\bLuaUnit\.run\b|\blu\.LuaUnit\b/,
  markers: [
    marker(
      '`pending(…)`, `lu.skip(…)`, `it("… #slow")`',
      /(?<![.\w])pending\s*(?=\(|")|\blu\.(?:skip|skipIf|runOnlyIf|success|successIf)\b|^[ \t]*do\s+return\b|^[ \t]*os\.exit\b/,
    ),
    marker('`if false then`', /\bif\s+(?:false|nil)\s+then\b/),
  ],
};

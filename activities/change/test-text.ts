/** What a test file holds, by patterns of the common languages and frameworks: cases, skips, assertions. No parser. */
import { readCode, statementAt } from './code-text.ts';

export interface TestText {
  /** Where each case begins. */
  readonly cases: readonly string[];
  /** What keeps cases from being run. */
  readonly skips: readonly string[];
  /** Assertions, each as one statement without spaces. */
  readonly assertions: readonly string[];
}

const CASE = new RegExp(
  [
    // JavaScript, TypeScript: it(…), test.each(…), t.test(…), Deno.test(…); Ruby and Elixir: it "…" do, test "…" do
    /(?<![.\w$])(?:Deno\.|t\.)?[xf]?(?:it|test|specify)(?:\.\w+)*\s*(?=[(`])/,
    /(?<![.\w$])[xf]?(?:it|test|specify)\s+(?=["'])/,
    // Python, PHP, Swift; Go
    /\bdef\s+test\w*/,
    /\bfunc(?:tion)?\s+(?:\([^)]*\)\s*)?(?:test|Test|Fuzz|Example)\w*/,
    /\bt\.Run\(/,
    // Rust; Java, Kotlin; C#; C++; bats
    /#\[(?:\w+::)*(?:test|rstest|test_case)\b/,
    /@(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b/,
    /\[(?:Fact|Theory|Test|TestMethod|TestCase)\b/,
    /\bTEST(?:_F|_P|_CASE)?\(/,
    /@test\b/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'g',
);

const SKIP = new RegExp(
  [
    // JavaScript, TypeScript: .skip(…), .only(…), xit(…), fit(…), { skip: … }
    /(?<![\w$])(?:it|test|describe|context|suite|specify|step|bench|t|this)(?:\.\w+)*\.(?:skip|skipIf|only|todo|fixme|failing|fails)\b(?=\s*[(`.])/,
    /(?<![.\w$])(?:xit|xtest|xdescribe|xcontext|xspecify|fit|fdescribe|fcontext)(?=\s*[(`"'])/,
    /(?<![.\w$])(?:skip\s*:(?!\s*(?:false|undefined|\d))|(?:only|todo)\s*:\s*(?:true\b|["'`]))/,
    // Python; Go; Ruby; PHP
    /@(?:pytest\.mark\.|unittest\.)?(?:skip\w*|xfail|expectedFailure)\b/,
    /\b(?:pytest\.(?:skip|xfail)|importorskip|skipTest|markTestSkipped|markTestIncomplete)\b(?=\s*\()/,
    /\b[tbf]\.(?:Skip|Skipf|SkipNow)\(/,
    /(?<![.\w$])(?:skip|pending)(?=\s*(?:$|["'(]))/,
    // Java, Kotlin; Rust; C#; C++
    /@(?:Disabled\w*|Ignore)\b/,
    /#\[ignore\b/,
    /\[Ignore\b|\bSkip\s*=\s*(?=")/,
    /\bGTEST_SKIP\b|\bDISABLED_\w+/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gm',
);

const ASSERTION = new RegExp(
  [
    // assert(…), assert.equal(…), assertEquals(…), self.assertTrue(…), assert_eq!(…), expect(…), ASSERT_EQ(…), Assert.That(…)
    /(?:\b|_)(?:XCT)?(?:assert|expect|refute)\w*!?(?:\.\w+)*(?=\s*[(!`])/,
    /^[ \t]*assert\b(?=\s)/,
    // Chai, RSpec, minitest; testify; Go's own; Perl
    /\.should\b|\bshould(?:_not)?\b(?=\s)|\bmust_\w+|\bwont_\w+/,
    /\b(?:require|is|check)\.[A-Z]\w*\(/,
    /\b[a-z]\.(?:Error|Errorf|Fatal|Fatalf|Fail|FailNow)\(/,
    // ava, tap and Node's t.assert
    /\bt\.(?:is|not|deepEqual|like|truthy|falsy|true|false|equal|equals|same|ok|notOk|throws|throwsAsync|rejects|match|regex|snapshot|pass|fail)\(/,
    // PHPUnit, Mockito
    /(?<![.\w$])verify\(/,
  ]
    .map(({ source }) => source)
    .join('|'),
  'gim',
);

/** Every line of a snapshot is what somebody expects. */
const SNAPSHOT = /\.(?:snap|approved\.\w+)$/;

export function readTests(path: string, content: string): TestText {
  if (SNAPSHOT.test(path)) {
    const lines = content.split('\n').map((line) => line.trim());
    return { cases: [], skips: [], assertions: lines.filter((line) => line !== '') };
  }
  const code = readCode(path, content);
  const found = (pattern: RegExp) => [...code.text.matchAll(pattern)].filter(({ index }) => code.isCode(index));
  const lines = (pattern: RegExp) => found(pattern).map(({ index }) => lineAt(code.text, index));
  return {
    cases: lines(CASE),
    skips: lines(SKIP),
    assertions: found(ASSERTION).map(({ index }) => statementAt(code, index)),
  };
}

const AROUND = 300;

/** The line around an index, as far as people write lines. */
function lineAt(text: string, index: number): string {
  const start = Math.max(text.lastIndexOf('\n', index - 1) + 1, index - AROUND);
  const end = text.indexOf('\n', index);
  return text.slice(start, Math.min(end === -1 ? text.length : end, index + AROUND)).trim();
}

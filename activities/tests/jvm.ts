/** Tests in Java, Kotlin, Groovy and Scala. */
import { commentMarker, condition, type Language, LEFT_OUT, type Marker, marker, type RunIds } from './language.ts';

const NAMES = [/(^|\/)(Test[^/]*|[^/]*(Tests?|TestCase|IT|ITCase|Specs?|Suite))\.(java|kt|kts|groovy|scala)$/];
const ANYWHERE =
  /(^|\/)src\/\w*[tT]est\w*\/.*\.(java|kt|groovy|scala)$|(Tests?|TestCase|IT|Spec|Suite)\.(java|kt|groovy|scala)$/;

/** `adds()`, `adds(int)[1]`, `adds{int}[1]`. */
const RUN_IDS: RunIds = { added: /(?:(?<=[\w`])(?:\(.*\)|\{.*\}))?\s*(?:\[.*\])?$/s };

const ANNOTATIONS: readonly Marker[] = [
  marker(
    '`@Disabled…`, `@Ignore…`, `@EnabledIf…`, `@EnabledOn…`',
    /@(?:\w+\.)*(?:Disabled\w*|Ignored?\w*|Enabled\w*|PendingFeature\w*|IgnoreIf|Requires|FlakyTest|Quarantine\w*|IgnoreRest|Retry\w*|RetryingTest|Stepwise)\b/,
  ),
  condition(
    '`@Tag("slow")`, `@Category(…)`, `groups = …`',
    new RegExp(`@Tags?\\(\\s*\\{?\\s*"${LEFT_OUT}"|@Category\\(|\\bgroups\\s*=\\s*\\{?\\s*"${LEFT_OUT}"`, 'i'),
  ),
  marker(
    '`@Test(expected = …)`, `enabled = false`, `invocationCount = 0`',
    /(?<=@Test\s*\([^)]*)\b(?:expected\s*=|enabled\s*=\s*false|invocationCount\s*=\s*0|expectedExceptions\s*=)/,
  ),
  marker(
    '`assumeTrue(…)`, `assumeThat(…)`, `abort(…)`',
    /(?<![\w$])(?:\w+\.)?(?:assume\w*|assumingThat)(?=\s*[({])|\bAssumptions\.abort\b|(?<![\w$.])abort(?=\()/,
  ),
  marker(
    '`throw new SkipException(…)`, `TestAbortedException`, `AssumptionViolatedException`',
    /\b(?:SkipException|TestAbortedException|AssumptionViolatedException|TestSkippedException|PendingException|TestCanceledException)\b(?=\s*[({])/,
  ),
  marker('an abstract test class, a private test', /\babstract\s+class\b|(?<=@Test\b[^{};]*)\bprivate\b/),
  marker('`if (false)`, `if (true) return`', /\bif\s*\(\s*(?:false\b|true\s*\)\s*(?:return|throw)\b|!\s*true\b)/),
  marker('`System.exit(…)`, `exitProcess(…)`', /\b(?:System\.exit|exitProcess)\b/),
];

export const JAVA: Language = {
  title: 'Java: JUnit, TestNG',
  runner: 'Surefire',
  names: ['*Test.*', 'Test*.*', '*Tests.*', '*TestCase.*', '*IT.*', '*Spec.*', '*Suite.*'],
  files: /\.java$/,
  collected: NAMES,
  anywhere: ANYWHERE,
  grammar: 'java',
  declarations: ['method_declaration', 'class_declaration'],
  runIds: RUN_IDS,
  comment: '//',
  cases: [
    /^(?=[\s\S]*?@(?:Test|ParameterizedTest|RepeatedTest|TestFactory|TestTemplate|Property|Theory|ArchTest)\b)[\s\S]*?\b(?<name>\w+)\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*(?:throws[^{]*)?$/,
    /^(?:public\s+)?void\s+(?<name>test\w*)\s*\(\s*\)/,
  ],
  groups: [/^[^{]*?\b(?:class|record)\s+(?<name>\w+)/],
  markers: ANNOTATIONS,
  starts: /@Nested\b/,
  rows: /@ValueSource\s*\(\s*\w+\s*=\s*|@CsvSource\s*\(\s*(?:value\s*=\s*)?|@EnumSource\s*\([^{]*/,
};

const LINES = { comment: '//', collected: NAMES, anywhere: ANYWHERE, runIds: RUN_IDS } as const;

/** The words of Kotest's styles. */
const KOTEST =
  /(?:test|should|it|describe|context|given|when|then|and|feature|scenario|expect|Given|When|Then|And|Describe|It)/
    .source;

export const KOTLIN: Language = {
  ...LINES,
  title: 'Kotlin: JUnit, Kotest',
  runner: 'Gradle',
  names: ['*Test.*', 'Test*.*', '*Tests.*', '*TestCase.*', '*IT.*', '*Spec.*', '*Suite.*'],
  files: /\.kts?$/,
  cases: [
    /^[ \t]*(?=(?:@|fun\b|(?:suspend|private|internal|override|public)\s))(?=[\s\S]*?@(?:\w+\.)*(?:Test|ParameterizedTest|RepeatedTest|TestFactory)\b)(?:(?!\bfun\b)[^{=])*\bfun\s+(?<name>`[^`\n]+`|\w+)/,
    new RegExp(`^[ \\t]*[xf]?\`?${KOTEST}\`?\\s*\\(\\s*"(?:!|f:)?(?<name>[^"\\n]*)"`),
    /^[ \t]*"(?:!|f:)?(?<name>[^"\n]*)"\s*(?:\.config\s*\([^{]*\)\s*|-\s*)?\{/,
  ],
  groups: [/^[^{\n"]*?\bclass\s+(?<name>\w+)/],
  starts: /@Nested\b|\bclass\s+\w+\s*:\s*\w*Spec\b/,
  markers: [
    ...ANNOTATIONS,
    marker(
      '`xtest(…)`, `xshould(…)`, `xdescribe(…)`, `ftest(…)`',
      new RegExp(`(?<![.\\w])[xf]${KOTEST}(?=\\s*\\(\\s*")`),
    ),
    commentMarker('`"!name"`, `"f:name"`', /^\s*(?:[a-zA-Z]+\s*\(\s*)?"(?:!|f:)[^"\n]*"/),
    marker(
      '`enabled = false`, `enabledIf = …`, `.config(enabled…)`',
      /\b(?:enabled\s*=(?!\s*true)|enabledIf\b|enabledOrReasonIf\b)|\btags\s*=\s*setOf/,
    ),
  ],
  assertions: /\bshould(?:Not)?\w*\b(?=\s+[^\s({]|\s*\{)|\.should\w+\(/,
};

export const GROOVY: Language = {
  ...LINES,
  title: 'Groovy: Spock',
  runner: 'Spock',
  names: ['*Test.*', 'Test*.*', '*Tests.*', '*TestCase.*', '*IT.*', '*Spec.*', '*Suite.*'],
  files: /\.groovy$/,
  cases: [
    /^[ \t]*(?:@[^\n]*\n\s*)*(?:def|void)\s+(?:"(?<name>[^"\n]*)"|'(?<name>[^'\n]*)')\s*\(/,
    /^[ \t]*(?:@[^\n]*\n\s*)*(?:public\s+)?(?:def|void)\s+(?<name>test\w*)\s*\(/,
    /^[ \t]*(?=@Test\b)@[^{]*?\b(?<name>\w+)\s*\(\s*\)\s*(?:throws\s+\w+\s*)?\{/,
  ],
  groups: [/^[^{\n"]*?\bclass\s+(?<name>\w+)/],
  starts: /\bextends\s+\w*Specification\b/,
  markers: ANNOTATIONS,
  assertions: /(?<=^\s*)[^\s=][^=\n]*(?:==|!=|>=|<=)[^=\n]*$/,
};

export const SCALA: Language = {
  ...LINES,
  title: 'Scala: ScalaTest, munit, specs2',
  runner: 'sbt',
  names: ['*Test.*', 'Test*.*', '*Tests.*', '*TestCase.*', '*IT.*', '*Spec.*', '*Suite.*'],
  files: /\.(?:scala|sc)$/,
  cases: [
    /^[ \t]*(?:test|it|they|property|scenario|Scenario|feature|ignore|testAsync)\s*\(\s*"(?<name>[^"\n]*)"/,
    /^[ \t]*(?:it|they|"[^"\n]*")\s+(?:should|must|can|in|when|ignore)\s+(?:"(?<name>[^"\n]*)"|\{)/,
    /^[ \t]*"(?<name>[^"\n]*)"\s+(?:in|ignore|is|>>|!)\s/,
    /^[ \t]*@Test\b[^{]*?\bdef\s+(?<name>\w+)/,
  ],
  groups: [/^[^{\n"]*?\b(?:class|object)\s+(?<name>\w+)/],
  starts: /\bextends\s+[\w.]*(?:Suite|Spec|Test|Properties)\w*/,
  markers: [
    ...ANNOTATIONS,
    marker(
      '`ignore("…")`, `"…" ignore { }`, `test("…".ignore)`, `.only`, `.fail`',
      /(?<![.\w])ignore(?=\s*\(\s*")|\bignore(?=\s*\{)|\.(?:ignore|only|fail|flaky|pending)\b(?=\s*\)|\s*\{)/,
    ),
    marker(
      '`pending`, `cancel(…)`',
      /^\s*(?:pending|pendingUntilFixed|cancel\s*\(.*|skipped)\b|\bpendingUntilFixed\b|\btaggedAs\s*\(?\s*(?:Slow|Ignore|Flaky)\w*/,
    ),
  ],
  assertions: /\b(?:should|must|mustEqual|mustBe|shouldBe|shouldEqual)\b(?=\s+[^\s])/,
};

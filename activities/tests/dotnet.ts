/** Tests in C#, F# and Visual Basic. */
import { condition, type Language, LEFT_OUT, marker, type RunIds } from './language.ts';

const MARKERS = [
  marker(
    '`Skip = "…"`, `Explicit = true`, `SkipWhen`, `SkipUnless`',
    /(?<=[(,]\s*)(?:Skip(?:When|Unless|Type|Exceptions)?|Explicit|Ignore(?:Reason)?|ExpectedException\w*)\s*:?=(?!\s*(?:null|false)\b)/,
  ),
  marker(
    '`[Ignore]`, `[Explicit]`, `[Platform…]`, `[Retry(…)]`, `[ExpectedException]`',
    /(?<=[[,<]\s*)(?:\w+\.)*(?:Ignore|Explicit|Platform|ExpectedException|Retry|RetryFact|RetryTheory|IgnoreIf|OSCondition|CICondition|ConditionalFact|ConditionalTheory|SupportedOSPlatform|UnsupportedOSPlatform)\b(?:Attribute)?(?=\s*[\](,>])/,
  ),
  condition(
    '`[Trait("Category", "slow")]`, `[Category("slow")]`',
    new RegExp(
      `(?<=[[,]\\s*)(?:Trait|Category|TestCategory|TestProperty)\\s*\\(\\s*(?:"[^"]*"\\s*,\\s*)?"${LEFT_OUT}"`,
      'i',
    ),
  ),
  marker(
    '`Assert.Ignore(…)`, `Assert.Inconclusive(…)`, `Assert.Pass(…)`, `Assert.Skip…(…)`, `Skip.If(…)`',
    /\bAssert\.(?:Ignore|Inconclusive|Pass|Skip\w*|Warn)\b|(?<![\w.])Skip\.(?:If|IfNot|Unless|When|Test)\b|\bTest\.Skip\b|\bAssume\.That\b/,
  ),
  marker(
    '`throw new SkipException(…)`',
    /\b(?:\w*Skip\w*|Ignore|Inconclusive|Success|AssertInconclusive)Exception\b(?=\s*\()/,
  ),
  condition('`async void`', /\basync\s+void\b/),
  condition('`#if …`', /^[ \t]*#\s*if\b.*/),
  marker('`if (false)`, `if (true) return`', /\bif\s*\(\s*(?:false\b|true\s*\)\s*return\b|!\s*true\b)/),
  marker(
    'an abstract test class, a private test',
    /\babstract\s+(?:partial\s+)?class\b|(?<=\[(?:Fact|Theory|Test\w*)\b[^{};]*)\b(?:private|internal|protected)\b/,
  ),
  marker('`Environment.Exit(0)`', /\bEnvironment\.Exit\b/),
] as const;

/** `Adds(a: 1)` and MSTest's `Adds (1)`. */
const RUN_IDS: RunIds = { added: /\s*\(.*\)$/s };

export const CSHARP: Language = {
  title: 'C#: xUnit, NUnit, MSTest',
  runner: 'dotnet test',
  names: ['*.cs'],
  files: /\.cs$/,
  collected: [/\.cs$/],
  anywhere: /Tests?\.cs$|(^|\/)[^/]*\.(?:\w*Tests?|Specs)\/.*\.cs$/,
  grammar: 'c_sharp',
  declarations: ['method_declaration', 'class_declaration'],
  comment: '//',
  runIds: RUN_IDS,
  cases: [
    /^(?=[\s\S]*?\[\s*(?:[^\]]*,\s*)?(?:\w+\.)*(?:\w*Fact|\w*Theory|Test|TestCase|TestCaseSource|TestMethod|DataTestMethod|Property|Arguments)\b)[\s\S]*?\b(?<name>\w+)\s*(?:<[^>]*>)?\s*\([^()]*(?:\([^()]*\)[^()]*)*\)\s*(?:where\b[^;]*)?(?:=>)?\s*$/,
  ],
  groups: [/^[^{]*?\b(?:class|record)\s+(?<name>\w+)/],
  markers: [
    ...MARKERS,
    marker(
      'a test class that is not public',
      /(?<=^|\n)[ \t]*(?:\[[^\]\n]*\]\s*)*(?:internal\s+|private\s+)(?:(?:sealed|static|partial)\s+)*class\b/,
    ),
  ],
  starts: /\[\s*(?:TestClass|TestFixture)\b/,
  row: /\[\s*(?:InlineData|TestCase|DataRow|Arguments)\b/,
};

export const FSHARP: Language = {
  title: 'F#, Visual Basic',
  runner: 'dotnet test',
  names: ['*.fs', '*.vb'],
  files: /\.(?:fsx?|vb)$/,
  collected: [/\.(?:fs|vb)$/],
  anywhere: /Tests?\.(?:fs|vb)$/,
  comment: '//',
  runIds: RUN_IDS,
  cases: [
    /^[ \t]*\[?<(?:\w+\.)*(?:Fact|Theory|Test|TestCase|TestMethod|Property)\b[^\n]*\n(?:[ \t]*\[?<[^\n]*\n)*[ \t]*(?:let|member|Public\s+(?:Async\s+)?(?:Sub|Function))\s+(?:\w+\.)?(?<name>``[^`\n]+``|\w+)/,
    /^[ \t]*[pf]?test(?:Case|CaseAsync|Property|Async|Task)?\s+"(?<name>[^"\n]*)"/,
  ],
  groups: [/^[ \t]*[pf]?testList\s+"(?<name>[^"\n]*)"/],
  markers: [
    ...MARKERS,
    marker('`ptest…`, `ftest…`, `skiptest`', /(?<![\w.])[pf]test\w*(?=\s+")|\bskiptest\b|\bTests\.skiptest\b/),
  ],
};

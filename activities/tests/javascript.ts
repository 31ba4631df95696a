/** Tests in JavaScript and TypeScript, whichever runner. */
import { condition, type Language, LEFT_OUT, marker } from './language.ts';

/** The functions that declare a test or a group, with what may stand before them. */
const OWNER = /(?:Deno\.|t\.|ctx\.|suite\.|RSpec\.|window\.|global(?:This)?\.|[a-z]\w*Test\.)?/.source;
const TEST = /[xf]?(?:it|test|specify)(?!\.(?:describe|step|use|extend|info|configure|(?:before|after)\w*)\b)/.source;
const GROUP = /[xf]?(?:describe|context|suite|feature)/.source;
/** `.each([…])`, `.skipIf(…)`, `.concurrent`, `.only`. */
const MORE = /(?:\.\w+(?:\([^()]*(?:\([^()]*\)[^()]*)*\)(?=\s*[(.])|`[^`]*`)?)*/.source;
const NAME =
  /\s*\(\s*(?:(?<quote>["'`])(?<name>(?:(?!\k<quote>)[^\\\n]|\\.)*)\k<quote>|(?!(?:true|false|process|browserName|isMobile)\b)(?<name>[\w$.]+)(?=\s*,))/
    .source;
const begin = (word: string) => new RegExp(`^(?:await\\s+|void\\s+)?(?<![.\\w$])${OWNER}${word}${MORE}${NAME}`);
const bare = (word: string) =>
  new RegExp(`^(?:await\\s+)?(?<![.\\w$])${OWNER}${word}${MORE}\\s*\\(\\s*(?:async\\b|function\\b|\\()`);

export const JAVASCRIPT: Language = {
  title: 'JavaScript, TypeScript: Jest, Vitest, Mocha, node:test, Playwright, Cypress, Jasmine, AVA, Deno, Bun, uvu',
  runner: 'the runner',
  names: ['*.test.*', '*.spec.*', '*.cy.*', 'anything in test/, spec/, __tests__/, e2e/'],
  files: /\.[cm]?[jt]sx?$/,
  collected: [
    /[._](test|spec|cy|e2e|it)(-d)?\.[cm]?[jt]sx?$/,
    /(^|\/)(tests?|specs?|__tests__|e2e)\/([^/]+\/)*[^/]*\.[cm]?[jt]sx?$/,
  ],
  anywhere: /[._](test|spec|cy)\.[cm]?[jt]sx?$|(^|\/)__tests__\//,
  grammar: 'tsx',
  calls: ['call_expression'],
  comment: '//',
  runIds: { joined: [' > ', ' › ', ' '] },
  cases: [begin(TEST), bare(TEST), begin('(?:property|bench)')],
  groups: [begin(GROUP), bare(GROUP), begin(`test\\.(?:describe|step)`)],
  markers: [
    marker(
      '`it.skip`, `describe.only`, `test.todo`, `.skipIf`, `.runIf`, `.fixme`, `.failing`, `.fails`',
      /(?<![\w$])(?:[xf]?(?:it|test|describe|context|suite|specify|step|bench|t|this|feature|ctx)|\w+Test)(?:\.\w+|\(\))*\.(?:skip|skipIf|runIf|only|todo|fixme|failing|fails|failsIf|ignore)\b|\btest\.fail(?=\()|(?<=\b(?:it|test|describe|context|suite)\s*)\[\s*["'](?:skip|only|todo)["']\s*\]/,
    ),
    marker(
      '`xit(…)`, `xdescribe(…)`, `fit(…)`, `fdescribe(…)`',
      /(?<![.\w$])(?:xit|xtest|xdescribe|xcontext|xspecify|xsuite|fit|fdescribe|fcontext|ftest)(?=\s*(?:\.\w+)*[(`]\s*["'`[])/,
    ),
    marker(
      '`{ skip: true }`, `{ only: true }`, `{ todo: … }`, `{ fails: true }`, `{ ignore: true }`, `{ skip }`',
      /(?<=\b(?:it|test|describe|suite|context|step|specify|bench)(?:\.\w+)*\s*\((?:\s*(?:"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)\s*,)?\s*\{[^{}]*(?:\{[^{}]*\}[^{}]*)?)(?<![\w$.])(?:skip|only|todo|fails|failing|ignore|fixme)\b(?=\s*(?:[,}]|:(?!\s*(?:false|undefined|null|0)\b)))/,
    ),
    marker(
      '`t.skip()`, `this.skip()`, `ctx.skip()`, `skip(…)`, `pending(…)`',
      /(?<![\w$])(?:\w+|test\.info\(\))\.(?:skip|todo)(?=\(\s*(?:\)|["'`]|true\b|!|process\.|browserName))|(?<![.\w$])(?:skip|pending|markTestSkipped)(?=\(\s*(?:["'`]|\)))/,
    ),
    condition(
      'a tag by which runs leave tests out: `{ tag: "@flaky" }`',
      new RegExp(`\\btags?\\s*:\\s*\\[?\\s*["'\`]@?${LEFT_OUT}["'\`]`, 'i'),
    ),
    condition(
      '`jest.retryTimes(…)`, `this.retries(…)`, `retries:`, `retry:`',
      /\bjest\.retryTimes\b|\bthis\.retries\b|(?<![.\w$])(?:retries|retry|repeats)\s*:\s*[1-9{]|\.configure\(\s*\{\s*retries\b/,
    ),
    marker(
      '`if (false)`, `while (false)`, `false && …`',
      /\b(?:if|while)\s*\(\s*(?:false|0|null|undefined|!1|!true)\s*(?:\)|&&)|(?<=[;{}\n]\s*)false\s*&&/,
    ),
    marker('`it("…")` without a function', /(?<![.\w$])(?:it|test|specify)\(\s*(?:"[^"\n]*"|'[^'\n]*'|`[^`\n]*`)\s*\)/),
    condition(
      '`if (…) it(…)`, `… && it(…)`, on tests that ran always',
      /\bif\s*\([^{}\n]*\)\s*\{?\s*(?=(?:it|test|describe|suite)\s*[(.])|&&\s*(?=(?:it|test|describe|suite)\s*[(.])/,
    ),
    marker('`process.exit(…)`, `Deno.exit(…)`', /\b(?:process|Deno)\.exit\b(?=\s*\()/),
    marker(
      'another function in the place of `it`, `expect` or a failure',
      /\bCypress\.on\(\s*["'](?:fail|uncaught:exception)|\b(?:global(?:This)?|window)\.(?:it|test|describe|expect)\s*=(?!=)/,
    ),
  ],
  /** uvu's suites. */
  starts: /^[ \t]*\w+\.run\(\s*\)/,
  assertions:
    /(?<![\w$])(?:t|ctx|assert|c|tap)\.(?:assert\.)?(?:is|not|deepEqual|like|truthy|falsy|true|false|equal|equals|same|ok|notOk|throws|throwsAsync|rejects|match|regex|snapshot|pass|fail|plan|strictEqual|deepStrictEqual|strictSame)\(/,
  rows: /\.(?:each|for|cases)\s*(?:<[^>]*>)?\(\s*/,
};

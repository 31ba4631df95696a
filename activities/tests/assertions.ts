/** Assertions of a test file: where they are, and the statements that they are in. */
import type { CodeText } from './code-text.ts';
import { endOfStatement } from './code-text.ts';
import type { Language } from './language.ts';
import { tokensOf } from './tokens.ts';

export interface Assertion {
  readonly at: number;
  readonly tokens: readonly string[];
}

const USUAL = [
  // assert(…), assert.equal(…), self.assertTrue(…), assert_eq!(…), expect(…), ASSERT_EQ(…), Assert.That(…); no declarations
  /(?<!\b(?:def|func|function|fn|fun|void|class|new|import|static)\s+|\)\s+|[\w$])(?:XCT|\w*_)?(?:assert|expect|refute)\w*!?(?:\.\w+)*(?=\s*[(!`])/,
  /^[ \t]*assert\b(?=\s)/,
  // Chai, RSpec, Kotest; testify; Mockito
  /\.should\b|\bshould(?:_not)?\b(?=\s)/,
  /\b(?:require|is|check)\.[A-Z]\w*\(/,
  /(?<![.\w$])verify\(/,
].map(({ source }) => source);

/** Look as assertions and only prepare: `expect(x)` on its own. */
const PROVES_NOTHING = /^(?:await )?expect(?: \. soft)? \( (?:[^()]|\([^()]*\))* \)$/;

export function findAssertions(language: Language, code: CodeText): Assertion[] {
  const sources = [...(language.assertions === undefined ? [] : [language.assertions.source]), ...USUAL];
  const pattern = new RegExp(sources.map((source) => `(?:${source})`).join('|'), 'gim');
  const found: Assertion[] = [];
  let covered = 0;
  for (const { index, 0: match } of code.text.matchAll(pattern)) {
    const at = index + (match.length - match.trimStart().length);
    if (at < covered || !code.isCode(at)) continue;
    const isAwaited = /(?:await|return|yield)\s+$/.test(code.text.slice(Math.max(0, at - 20), at));
    // The condition of a failure is what it asserts: `if got != 3 { t.Errorf(…) }`.
    covered = endOfStatement(code, at + Math.max(0, match.trimStart().lastIndexOf('{')));
    const tokens = withoutMessage([...(isAwaited ? ['await'] : []), ...tokensOf(code, at, covered)]);
    if (!PROVES_NOTHING.test(tokens.join(' '))) found.push({ at, tokens });
  }
  return found;
}

/** Python's `assert x, "message"`: the words are for people who read a failure. */
function withoutMessage(tokens: string[]): string[] {
  if (tokens[0] !== 'assert' || tokens[1] === '(' || tokens[1] === '.') return tokens;
  let depth = 0;
  const comma = tokens.findIndex((token) => {
    if (/^[([{]$/.test(token)) depth += 1;
    if (/^[)\]}]$/.test(token)) depth -= 1;
    return token === ',' && depth === 0;
  });
  return comma === -1 ? tokens : tokens.slice(0, comma);
}

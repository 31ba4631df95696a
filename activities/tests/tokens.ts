/** Code as its tokens, so that spaces, quotes, line breaks, trailing commas and needless parentheses mean nothing. Pure. */
import type { CodeText } from './code-text.ts';

const MOST_TOKENS = 400;
const TOKEN = /[\p{L}_$@#][\p{L}\p{N}_$]*(?:[!?](?=[\s(,)]))?|\d[\d_.a-zA-Z]*|=>|->|::|[=!<>]=+|&&|\|\||[^\s]/uy;

/** The tokens between two places. A string is one, in double quotes. */
export function tokensOf(code: CodeText, start: number, end: number): string[] {
  const tokens: string[] = [];
  for (let at = start; at < end && tokens.length < MOST_TOKENS; ) {
    if (!code.isCode(at)) {
      let close = at;
      while (close < end && !code.isCode(close)) close += 1;
      tokens.push(quoted(code.text.slice(at, close)));
      at = close;
      continue;
    }
    TOKEN.lastIndex = at;
    const token = TOKEN.exec(code.text)?.[0];
    if (token === undefined) at += 1;
    else {
      tokens.push(token);
      at += token.length;
    }
  }
  return tidied(tokens);
}

const quoted = (text: string): string =>
  `"${text.replace(/^[a-zA-Z]{0,2}#*(["'`]{3}|["'`])([\s\S]*?)\1#*$/, '$2').trim()}"`;

const isName = (token: string | undefined): boolean =>
  token !== undefined && /^[\p{L}\p{N}_$")\]!?]/u.test(token) && !KEYWORD.has(token);
const KEYWORD = new Set([
  'assert',
  'return',
  'in',
  'not',
  'and',
  'or',
  'if',
  'await',
  'is',
  'to',
  'is_not',
  'yield',
  'expect!',
]);

/** Without trailing commas, semicolons, and parentheses that group and call nothing. */
function tidied(tokens: readonly string[]): string[] {
  const left: string[] = [];
  const open: ({ readonly at: number; readonly isNeedless: boolean } | undefined)[] = [];
  const needless = new Set<number>();
  for (const [index, token] of tokens.entries()) {
    if (token === ',' && /^[)\]}]$/.test(tokens[index + 1] ?? ')')) continue;
    if (token === ';') continue;
    if (token === '(')
      open.push({ at: left.length, isNeedless: !isName(left.at(-1)) && !/^[<>]$/.test(left.at(-1) ?? '') });
    if (token === ')') {
      const match = open.pop();
      if (match?.isNeedless) for (const at of [match.at, left.length]) needless.add(at);
    }
    left.push(token);
  }
  return left.filter((_, index) => !needless.has(index));
}

const LITERAL = /^(?:"|\d|true$|false$|True$|False$|nil$|null$|None$|NULL$|undefined$|:\w)/;
/** Their words are for people who read a failure. */
const FAILS = /^(?:Error|Errorf|Fatal|Fatalf|Fail|Failf|FailNow|fail|Log|Logf|panic)$/;

/** The values in a statement, but for what a failure says. */
export function literalsOf(tokens: readonly string[]): string[] {
  const told = tokens.findIndex((token, index) => FAILS.test(token) && tokens[index + 1] === '(');
  return tokens.slice(0, told === -1 ? tokens.length : told).filter((token) => LITERAL.test(token));
}

/** How much of `tokens` is in `others`, from 0 to 1. */
export function share(tokens: readonly string[], others: readonly string[]): number {
  const words = tokens.filter((token) => /[\p{L}\p{N}"]/u.test(token));
  if (words.length === 0) return 0;
  return 1 - without(words, others).length / words.length;
}

/** `from` less each of `others`, as often as it is there. */
export function without(from: readonly string[], others: readonly string[]): string[] {
  const left = new Map<string, number>();
  for (const other of others) left.set(other, (left.get(other) ?? 0) + 1);
  return from.filter((each) => {
    const number = left.get(each) ?? 0;
    left.set(each, number - 1);
    return number <= 0;
  });
}

/** As people write it, near enough. */
export const shown = (tokens: readonly string[]): string =>
  tokens
    .map((token, index) => (isApart(tokens[index - 1], token) ? ` ${token}` : token))
    .join('')
    .trimStart()
    .slice(0, 120);

const isApart = (before: string | undefined, token: string): boolean =>
  before !== undefined && !/^[.([{!]$/.test(before) && !/^[.,()[\]]$/.test(token);

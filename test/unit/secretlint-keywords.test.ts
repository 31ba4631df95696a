/** The rules of secretlint that are left out for a text would have found nothing in it. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { findSecrets } from '../../activities/secrets/find-secrets.ts';
import { wordFinder } from '../../activities/secrets/find-words.ts';
import { NEAR } from '../../activities/secrets/secretlint-keywords.ts';
import { findRecommended, RULES } from '../../activities/secrets/secretlint-rules.ts';
import { MADE_UP } from '../support/made-up-secrets.ts';

const find = wordFinder(Object.values(NEAR).flat());
function near(text: string) {
  const words = find(text.toLowerCase());
  return findRecommended(
    text,
    RULES.filter(({ meta }) => NEAR[meta.id]?.some((word) => words.has(word))),
  );
}

/** The patterns with which a rule searches a text that it cannot tell from a file of any name. */
function patternsOf(rule: (typeof RULES)[number]): RegExp[] {
  const patterns: RegExp[] = [];
  const { matchAll } = String.prototype;
  String.prototype.matchAll = function (pattern) {
    patterns.push(pattern as RegExp);
    return matchAll.call(this, pattern as RegExp);
  };
  try {
    findRecommended('a text without any secret', [rule]);
  } finally {
    String.prototype.matchAll = matchAll;
  }
  return patterns;
}

/** Texts that the pattern matches, but for what it wants before and after them; repetitions as short as they may be. */
function matching({ source, flags }: RegExp): fc.Arbitrary<string> {
  const itself = source.replaceAll(/\(\?<?!(?:\[[^\]]*\]|\\p\{L\}|\\\w)\)|\\b/g, '');
  const short = itself.replaceAll(/\{(\d+),\d+\}/g, '{$1}').replaceAll('\\/', '/');
  return fc.stringMatching(new RegExp(short, flags.replaceAll(/[gi]/g, '')), { size: 'xsmall' });
}

test('whatever a rule finds holds one of its words', () => {
  let patterns = 0;
  for (const rule of RULES) {
    const words = NEAR[rule.meta.id] ?? [];
    for (const pattern of patternsOf(rule)) {
      patterns += 1;
      const hasWord = (text: string) => words.some((word) => text.toLowerCase().includes(word));
      fc.assert(
        fc.property(matching(pattern), (text) => assert.ok(hasWord(text), `${rule.meta.id}: ${pattern} in ${text}`)),
        { numRuns: 60 },
      );
    }
  }
  assert.ok(patterns >= Object.keys(NEAR).length, `${patterns} patterns were read`);
});

test('each rule has its words', () => {
  assert.deepEqual(RULES.map(({ meta }) => meta.id).toSorted(), Object.keys(NEAR).toSorted());
});

test('in any text the rules that are near find what all rules find', () => {
  const words = Object.values(NEAR).flat();
  const secrets = MADE_UP.map(([, value, around = (text: string) => text]) => around(value));
  const part = fc.oneof(
    fc.constantFrom(...secrets),
    fc.constantFrom(...secrets).map((text) => text.toUpperCase()),
    fc
      .tuple(fc.constantFrom(...words), fc.string({ maxLength: 60, unit: 'binary-ascii' }))
      .map((both) => both.join('')),
    fc.string({ unit: 'binary' }),
  );
  const text = fc.array(part, { maxLength: 4 }).map((parts) => parts.join(' '));
  fc.assert(
    fc.property(text, (text) => assert.deepEqual(near(text), findRecommended(text))),
    { numRuns: 150 },
  );
  for (const secret of secrets) assert.deepEqual(near(secret), findRecommended(secret));
  assert.ok(secrets.some((secret) => findRecommended(secret).length > 0 && findSecrets(secret).length > 0));
});

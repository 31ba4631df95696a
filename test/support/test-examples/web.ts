/** Examples in JavaScript and TypeScript. */
import type { Ecosystem } from './example.ts';

export const WEB: readonly Ecosystem[] = [
  {
    title: 'Jest, Vitest',
    path: 'lib/parse.test.ts',
    text: `import { parse } from './parse';

describe('parse', () => {
  it('reads a number', () => {
    expect(parse('12')).toEqual(12);
  });

  it('refuses a word', async () => {
    await expect(parse('x')).rejects.toThrow('no number');
  });

  it.each([['1', 1], ['2', 2]])('reads %s', (text, number) => {
    expect(parse(text)).toBe(number);
  });
});
`,
    weaken: [
      [/refuses a word is skipped/, ["it('refuses", "it.skip('refuses"]],
      [/refuses a word is skipped/, ["it('refuses", "xit('refuses"]],
      [/reads a number is weakened \(fit/, ["it('reads a", "fit('reads a"]],
      [/parse is weakened/, ["describe('parse'", "describe.only('parse'"]],
      [/the file is skipped/, ["describe('parse'", "const later = describe.skip;\nlater('parse'"]],
      [/refuses a word is weakened/, ["it('refuses", "it.failing('refuses"]],
      [/refuses a word is skipped/, ["it('refuses", "it.skipIf(process.env.CI)('refuses"]],
      [/refuses a word is weakened/, ["it('refuses a word', async", "it('refuses a word', { fails: true }, async"]],
      [/refuses a word is skipped/, ['    await expect', '    return;\n    await expect']],
      [
        /refuses a word is skipped/,
        [
          "('x')).rejects.toThrow('no number');",
          "('x')).rejects.toThrow('no number');\n    if (false) expect(1).toBe(2);",
        ],
      ],
      [/refuses a word expects something else/, ['await expect', 'expect']],
      [/refuses a word expects something else/, ["toThrow('no number')", 'toThrow()']],
      [/reads a number: 1 fewer assertion/, ['.toEqual(12)', '']],
      [/reads a number expects something else/, ['toEqual(12)', 'toBeDefined()']],
      [/fewer values \(2 → 1\)/, [", ['2', 2]]", ']']],
      [/reads a number is gone/, [/ {2}it\('reads a[\s\S]*?\n {2}\}\);\n/, '']],
      [/the file is weakened/, ['describe(', 'jest.retryTimes(3);\ndescribe(']],
      [/refuses a word is skipped/, ["it('refuses", "it.todo('refuses"]],
      [/reads a number is skipped/, ["'reads a number', () => {", "'reads a number', (ctx) => {\n    ctx.skip();"]],
      [
        /reads a number is weakened/,
        ["    expect(parse('12')).toEqual(12);", "    try {\n      expect(parse('12')).toEqual(12);\n    } catch {}"],
      ],
    ],
    honest: [
      [
        'another quote',
        ["import { parse } from './parse'", 'import { parse } from "./parse"'],
        ["'reads a number'", '"reads a number"'],
        ["'12'", '"12"'],
      ],
      ['broken lines', ["expect(parse('12')).toEqual(12);", "expect(\n      parse('12'),\n    ).toEqual(12);"]],
      ['a renamed test', ["'reads a number'", "'reads a whole number'"]],
      ['a page to skip', ["describe('parse'", "const page = { skip: 10 * 2, only: ['name'] };\ndescribe('parse'"]],
      ['a model that is fitted', ["describe('parse'", "model.fit(data);\ndescribe('parse'"]],
      ['a stricter matcher', ['toEqual(12)', 'toStrictEqual(12)']],
      ['a comment', ["  it('reads a", "  // it.skip('later')\n  it('reads a"]],
      ['one more value', ["['2', 2]]", "['2', 2], ['3', 3]]"]],
      [
        'a helper',
        ["    expect(parse('12')).toEqual(12);", "    isRead('12', 12);"],
        [/^/, 'const isRead = (text, number) => {\n  expect(parse(text)).toEqual(number);\n};\n'],
      ],
    ],
    names: {
      runs: ['lib/read.test.ts', 'lib/parse.spec.ts'],
      lost: ['lib/parse.tests.ts', 'lib/parse.ts', 'lib/parse.test.ts.off'],
    },
  },
  {
    title: 'node:test, Mocha',
    path: 'test/clock.test.js',
    text: `const assert = require('node:assert');
const { test, suite } = require('node:test');

suite('clock', () => {
  test('ticks', (t) => {
    assert.strictEqual(tick(1), 2);
    t.assert.ok(tick(2));
  });
  test('stops', { timeout: 100 }, () => {
    assert.throws(() => stop(), /stopped/);
  });
});
`,
    weaken: [
      [/stops is skipped/, ['{ timeout: 100 }', '{ timeout: 100, skip: true }']],
      [/stops is skipped/, ['{ timeout: 100 }', "{ skip: 'later' }"]],
      [/stops is skipped/, ['{ timeout: 100 }', '{ timeout: 100, todo: true }']],
      [/stops is weakened/, ['{ timeout: 100 }', '{ only: true }']],
      [/ticks is skipped/, ['    assert.strict', '    t.skip();\n    assert.strict']],
      [/ticks is skipped/, ['(t) => {\n', 'function () {\n    this.skip();\n']],
      [/clock is skipped/, ["suite('clock'", "suite.skip('clock'"]],
      [/ticks: 1 fewer assertion/, ['    t.assert.ok(tick(2));\n', '']],
      [/ticks expects something else/, ['tick(1), 2', 'tick(1), 3']],
      [/stops is gone/, [/ {2}test\('stops[\s\S]*?\n {2}\}\);\n/, '']],
    ],
    honest: [
      ['a stream that skips', ['    assert.strict', '    stream.skip(2);\n    assert.strict']],
      ['an option that is off', ['{ timeout: 100 }', '{ timeout: 100, skip: false }']],
      ['a message', ['tick(1), 2', "tick(1), 2, 'one more'"]],
      ['a new test', ["  test('stops'", "  test('starts', () => assert.ok(start()));\n  test('stops'"]],
    ],
    names: {
      runs: ['test/time.test.js', 'test/time/clock.test.js'],
      lost: ['test/clock.test.js.bak', 'docs/clock.md'],
    },
  },
  {
    title: 'Playwright, Cypress',
    path: 'e2e/cart.spec.ts',
    text: `import { expect, test } from '@playwright/test';

test.describe('cart', () => {
  test('adds', async ({ page }) => {
    await page.goto('/cart');
    await expect(page.locator('.sum')).toHaveText('3 items');
    cy.get('.sum').should('have.text', '3 items');
  });
});
`,
    weaken: [
      [/adds is skipped/, ["test('adds'", "test.fixme('adds'"]],
      [/cart is weakened/, ['test.describe(', 'test.describe.only(']],
      [/adds is skipped/, ['    await page.goto', "    test.skip(true, 'slow');\n    await page.goto"]],
      [/adds is weakened/, ["test('adds', async", "test('adds', { tag: '@slow' }, async"]],
      [/adds expects something else/, ["should('have.text', '3 items')", "should('exist')"]],
      [/adds expects something else/, ["toHaveText('3 items')", 'toBeVisible()']],
    ],
    honest: [
      [
        'another step',
        ["    await page.goto('/cart');", "    await page.goto('/cart');\n    await page.click('text=skip');"],
      ],
    ],
  },
];

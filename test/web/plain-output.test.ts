/** Output of commands as text. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { needsTerminal, plainOutput } from '../../web/parts/plain-output.ts';

const ESC = '\u001B';

test('colors, titles, links and moves of the cursor leave only their text', () => {
  const cases: [string, string][] = [
    [`${ESC}[1;31mred${ESC}[0m`, 'red'],
    [`${ESC}[38:2::255:0:0mred${ESC}[m`, 'red'],
    [`${ESC}]0;owned\u0007text`, 'text'],
    [`${ESC}]8;;javascript:alert(1)${ESC}\\click${ESC}]8;;${ESC}\\`, 'click'],
    [`${ESC}[2J${ESC}[?25lx${ESC}(B`, 'x'],
    [`\u009B31mred`, 'red'],
    [`${ESC}P1;2qdata${ESC}\\after`, 'after'],
    [`a\u0000b\u0008c\td`, 'abc\td'],
    [`half ${ESC}`, 'half '],
    [`half ${ESC}[3`, 'half 3'],
  ];
  for (const [output, text] of cases) assert.equal(plainOutput(output), text, JSON.stringify(output));
});

test('a line that was written over shows as it stood in the end', () => {
  assert.equal(plainOutput('10 %\r50 %\r100 %\nnext\r\n'), '100 %\nnext\n');
  assert.equal(plainOutput('a long line\rshort'), 'shortg line');
});

test('only colors and moves of the cursor need a terminal', () => {
  assert.equal(needsTerminal('plain\r\ntext\n'), false);
  assert.equal(needsTerminal(`${ESC}[31mred`), true);
  assert.equal(needsTerminal('10 %\r50 %'), true);
  assert.equal(needsTerminal('10 %\r'), false);
});

test('whatever was printed, no control character but tab and line feed is left', () => {
  const part = fc.oneof(
    fc.constantFrom(ESC, '[', ']', ';', 'm', '\u0007', '\r', '\n', '\u009B', 'P', '\\'),
    fc.string(),
  );
  fc.assert(
    fc.property(fc.array(part), (parts) => {
      // biome-ignore lint/suspicious/noControlCharactersInRegex: control characters are what is looked for
      assert.doesNotMatch(plainOutput(parts.join('')), /[\u0000-\u0008\u000B-\u001F\u007F-\u009F]/);
    }),
  );
});

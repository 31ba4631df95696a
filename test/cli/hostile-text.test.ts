/** Text that a terminal would obey, in everything that the API says, through every command that prints it. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import fc from 'fast-check';
import { visibleJson } from '../../cli/visible-text.ts';
import { runCli, startStubApi } from '../support/cli.ts';
import { hostileAnswer } from '../support/hostile-answers.ts';

const OBEYED = [
  '\u001B[2J',
  '\u001B]0;title\u0007',
  '\u001B[8m',
  '\u009B31m',
  '\u0008\u0008',
  '\r',
  '\u202E',
  '\u2066',
  '\u200F',
  '\u0000',
  '\u007F',
];
const hostile = fc
  .array(fc.oneof(fc.constantFrom(...OBEYED), fc.string({ maxLength: 5 })), { minLength: 1, maxLength: 6 })
  .map((parts) => `${parts.join('')}${'\u001B[2J'}`);
// biome-ignore lint/suspicious/noControlCharactersInRegex: these are what must not come through
const ANY = /[\u0000-\u0008\u000B-\u001F\u007F-\u009F\u061C\u200E\u200F\u202A-\u202E\u2066-\u2069]/;
// biome-ignore lint/suspicious/noControlCharactersInRegex: what a terminal is told by us: colors, and the picture of watch
const OURS = /\u001B\[((1|2|22|3\d)m|\d*A|0J)/g;

let text = '';
let api: Awaited<ReturnType<typeof startStubApi>>;
before(async () => {
  api = await startStubApi(({ method, path }) => ({
    status: path.includes('refused') ? 409 : 200,
    body: hostileAnswer(text, { method, path }),
  }));
});
after(() => api.stop());

const COMMANDS = [
  ...[
    ['list'],
    ['show', 'shop'],
    ['show', 'shop.slugs'],
    ['requests'],
    ['watch', 'shop'],
    ['logs', 'shop'],
    ['intake'],
    ['hosts'],
    ['fleet'],
    ['lanes'],
    ['inbox', '--all'],
    ['mail', 'show', '1'],
    ['tell', 'shop.slugs', 'words'],
    ['costs', 'shop'],
    ['plan', 'shop'],
    ['plan', 'shop', '--revisions'],
    ['explain', 'shop'],
    ['search', 'slugs'],
    ['requests', '--settled'],
  ],
  ...[
    ['diff', 'shop'],
    ['approve', 'shop', '--yes'],
    ['reject', 'shop', '--comment', 'no'],
    ['pause', 'shop'],
    ['retry', 'refused.slugs'],
  ],
  ['show', 'refused'],
];

for (const columns of [undefined, 100]) {
  test(`no command lets text of others through to ${columns === undefined ? 'a pipe' : 'a terminal'}`, {
    timeout: 60_000,
  }, async () => {
    const texts = fc.sample(hostile, { numRuns: 300, seed: 7 });
    for (const [nth, one] of texts.entries()) {
      text = one;
      const args = COMMANDS[nth % COMMANDS.length] ?? [];
      // Outside of a terminal a patch is what git apply wants.
      const isPatch = args[0] === 'diff' && columns === undefined;
      const options = { env: { FACTORY_API_URL: api.url }, ...(columns === undefined ? {} : { columns }) };
      const { stdout, stderr } = await runCli(args, options);
      assert.notEqual(stdout + stderr, '', args.join(' '));
      const shown = (isPatch ? '' : stdout) + stderr;
      assert.doesNotMatch(
        columns === undefined ? shown : shown.replaceAll(OURS, ''),
        ANY,
        `${args.join(' ')}: ${JSON.stringify(one)}`,
      );
    }
  });
}

test('JSON says the same, in escapes', async () => {
  for (const one of fc.sample(hostile, { numRuns: 100, seed: 8 })) {
    assert.doesNotMatch(visibleJson({ one }), ANY);
    assert.deepEqual(JSON.parse(visibleJson({ one })), { one });
  }
  text = '\u009B31m\u202Etitle';
  const { stdout } = await runCli(['show', 'shop', '--json'], { env: { FACTORY_API_URL: api.url } });
  assert.doesNotMatch(stdout, ANY);
  assert.equal(JSON.parse(stdout).title, text);
});

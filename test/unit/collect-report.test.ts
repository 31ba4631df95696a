/** Reports that take too much to read, and output that is not whole. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readInThread } from '../../activities/reports/read-in-thread.ts';
import { type ReportTexts, readTexts } from '../../activities/reports/read-texts.ts';

const texts = (own: Partial<ReportTexts>): ReportTexts => ({
  ...{ isCut: false, files: [], listed: [], root: '/w', secrets: {} },
  ...own,
});
const OUTPUT = 'OK (2 tests, 3 assertions)\n';
const FILE = { path: 'pytest.xml', text: '<testsuite><testcase name="a of hidden-value"/></testsuite>' };
const TOO_LONG = { kind: 'unreadable', reason: 'it printed more than is read' };

test('a thread reads as this one does, without the values of secrets', async () => {
  const given = texts({ files: [FILE], output: OUTPUT, secrets: { TOKEN: 'hidden-value' } });
  const collected = await readInThread(given);
  assert.deepEqual(collected, readTexts(given));
  assert.deepEqual(collected, {
    kind: 'read',
    report: {
      runs: [{ id: 'a of [secret TOKEN]', suite: '', outcome: 'passed' }],
      counts: [{ suite: 'PHPUnit', passed: 2, skipped: 0 }],
    },
  });
});

test('a report that takes too long is unreadable, while this thread goes on', async () => {
  let beats = 0;
  const timer = setInterval(() => beats++, 5);
  try {
    // Seconds of reading on any machine.
    const output = '    ✔ adds numbers\n'.repeat(3_000_000);
    assert.deepEqual(await readInThread(texts({ output }), { mostMs: 300 }), {
      ...{ kind: 'unreadable', reason: 'it takes too long to read' },
    });
    assert.ok(beats > 10, `${beats} beats`);
  } finally {
    clearInterval(timer);
  }
});

test('output that was cut is no report, unless the runner left a file', () => {
  assert.deepEqual(readTexts(texts({ output: OUTPUT, isCut: true })), TOO_LONG);
  assert.deepEqual(readTexts(texts({ output: 'lint\n', isCut: true })), { kind: 'none' });
  assert.deepEqual(readTexts(texts({ format: 'tap', output: '1..1\nok 1 - a\n', isCut: true })), TOO_LONG);
  const withFile = readTexts(texts({ files: [FILE], output: OUTPUT, isCut: true }));
  assert.deepEqual(withFile.kind === 'read' && withFile.report.counts, []);
});

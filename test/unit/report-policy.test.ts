/** `report` and `path` of a check in factory.yaml. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPolicy } from '../../activities/policy.ts';

const read = (check: string) => readPolicy(`verify: [{ name: t, command: x${check} }]`, 'main').verify[0];

test('a report is a format, and a path where it is a file', () => {
  assert.deepEqual(read(''), { name: 't', command: 'x' });
  assert.deepEqual(read(', report: go-json'), { name: 't', command: 'x', report: 'go-json' });
  const junit = { name: 't', command: 'x', report: 'junit', path: 'build/**/*.xml' };
  assert.deepEqual(read(', report: junit, path: build/**/*.xml'), junit);
});

const refused: Readonly<Record<string, RegExp>> = {
  ', report: xunit': /at verify\[0\]\.report/,
  ', report: junit': /name its path[\s\S]*at verify\[0\]\.path/,
  ', path: r.xml': /path needs report[\s\S]*at verify\[0\]\.report/,
  ', report: junit, path: /tmp/r.xml': /a path from the root/,
  ', report: junit, path: ../r.xml': /a path from the root/,
  ', reports: junit': /reports/,
};
for (const [check, words] of Object.entries(refused)) {
  test(`${check.slice(2)} is refused with its key`, () => {
    assert.throws(() => read(check), words);
  });
}

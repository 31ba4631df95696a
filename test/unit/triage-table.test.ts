/** The Supervisor's tables in docs/agents.md are those of the code, and each cause names the test that shows it. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { CAUSE_WORDS, FreeAction, TriageAction, TriageCause } from '../../workflows/contract/triage.ts';

const read = (path: string) => readFileSync(new URL(`../../${path}`, import.meta.url), 'utf8');
const chapter = /\n## When a task has failed\n([\s\S]*?)\n## /.exec(read('docs/agents.md'))?.[1] ?? '';
const rowsBelow = (head: string): string[][] => {
  const lines = chapter.slice(chapter.indexOf(head)).split('\n\n', 1)[0]?.split('\n').slice(2) ?? [];
  return lines.map((line) =>
    line
      .split('|')
      .slice(1, -1)
      .map((cell) => cell.trim()),
  );
};

test('each cause has a row with what the agent is told, what the person is asked, and its test by name', () => {
  const rows = rowsBelow('| cause |');
  const asked: Partial<Record<TriageCause, string>> = { conflict: '`conflict`', stalled: '`question`' };
  for (const cause of TriageCause.options) {
    const own = rows.filter(([, , told]) => told === `“${CAUSE_WORDS[cause]}”`);
    assert.equal(own.length, 1, cause);
    const [, rule = '', , person = '', shown = ''] = own[0] ?? [];
    assert.notEqual(rule, '', cause);
    assert.ok(person.startsWith(asked[cause] ?? '`failed-task`'), `${cause}: ${person}`);
    const named = [...shown.matchAll(/`(test\/[^`]+)`: “([^”]+)”/g)];
    assert.ok(named.length > 0, `${cause} names its test`);
    for (const [, path = '', name = ''] of named) {
      const found = read(path)
        .split('\n')
        .some((line) => line.startsWith(`test('${name}`));
      assert.ok(found, `${path} has a test “${name}…”`);
    }
  }
  assert.equal(rows.length, TriageCause.options.length + 1, 'and one row for everything else');
});

test('each answer has a row, and names the setting where there is one for it', () => {
  const rows = rowsBelow('| it answers |');
  assert.deepEqual(
    rows.map(([answer = '']) => /`([a-z_]+)`/.exec(answer)?.[1]).toSorted(),
    [...TriageAction.options].toSorted(),
  );
  const free = rows.flatMap(([, setting = '']) => /`SUPERVISOR` lists `([a-z_]+)`/.exec(setting)?.[1] ?? []);
  assert.deepEqual(free.toSorted(), [...FreeAction.options].toSorted());
});

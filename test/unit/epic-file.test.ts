/** Epics in files. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { parseEpicFile, UnreadableEpic } from '../../cli/epic-file.ts';

test('the first heading is the title and the rest the description', () => {
  const text = '\uFEFFWhy: customers ask.\r\n\r\n## Round prices ##\r\n\r\nTo cents.\r\n\r\n# Not a title\r\n';
  assert.deepEqual(parseEpicFile('epic.md', text), {
    title: 'Round prices',
    description: 'Why: customers ask.\n\n\nTo cents.\n\n# Not a title',
  });
});

test('a heading in a code fence is no title', () => {
  const { title } = parseEpicFile('epic.md', '```sh\n# a comment\n```\n# The title\n');
  assert.equal(title, 'The title');
});

test('JSON is known by its name, or by its first character where there is no name', () => {
  assert.deepEqual(parseEpicFile('epic.json', '{"title":"T","tasks":[]}'), { title: 'T', tasks: [] });
  assert.deepEqual(parseEpicFile('stdin', ' {"title":"T"}'), { title: 'T' });
  assert.equal(parseEpicFile('epic.md', '{\n# T').title, 'T');
});

test('what cannot be an epic is refused with a reason', () => {
  assert.throws(() => parseEpicFile('epic.md', 'No heading.'), UnreadableEpic);
  assert.throws(() => parseEpicFile('epic.json', '[1]'), /one JSON object/);
  assert.throws(() => parseEpicFile('epic.json', '{'), /is not JSON/);
});

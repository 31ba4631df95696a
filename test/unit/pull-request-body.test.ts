/** What a pull request says of its task or epic, and what it leaves out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readEpic } from '../../activities/tracker/read-epic.ts';
import type { Issue } from '../../activities/tracker/tracker.ts';
import { EpicInput } from '../../workflows/contract/epic.ts';
import { epicPullRequestBody } from '../../workflows/epic/pull-request-body.ts';
import { newEpic } from '../../workflows/epic/state.ts';
import { bodyOf } from '../../workflows/pull-request/text-parts.ts';
import { pullRequestBody } from '../../workflows/task/pull-request-body.ts';
import { SETTINGS } from '../workflows/settings.ts';

/** Less than what GitHub takes. */
const MOST = 50_000;

const issue: Issue = {
  ...{ id: 'uuid', identifier: 'ENG-7', url: 'https://linear.app/acme/issue/ENG-7', title: 'Till', priority: 0 },
  ...{ description: 'Count coins\n\n## Comments\nThe public API takes them.', team: 'ENG', labels: ['factory'] },
  ...{ state: { name: 'Todo', type: 'unstarted' }, isGone: false, attachments: [] },
  comments: ['The customer is Acme', '## Comments on the issue\nAcme again'].map((body, n) => ({
    ...{ id: `c${n}`, by: 'ada', isByPerson: true, body, createdAt: '2026-01-01T00:00:00.000Z' },
  })),
};
const rules = { team: 'ENG', label: 'factory', state: undefined, repositories: { fallback: undefined, byLabel: {} } };

const bodyOfEpic = (input: EpicInput) => epicPullRequestBody(newEpic(input, '2026-01-01T00:00:00.000Z'));

test('what people said on the issue is for the agents, and does not go into pull requests', () => {
  const read = readEpic(issue, [], { ...rules, repositoryNames: ['shop'] });
  assert.ok('input' in read);
  assert.match(read.input.description, /ada[\s\S]*The customer is Acme[\s\S]*Acme again/);
  const body = bodyOfEpic(read.input);
  assert.match(body, /^Count coins\n\n## Comments\nThe public API takes them\.\n\n## Tasks/);
  assert.doesNotMatch(body, /ada|Acme/);
  // Whoever wrote the epic itself means every word of it.
  const own = EpicInput.parse({ title: 'Own', description: 'This\n\n## Comments on the issue\nand that' });
  assert.match(bodyOfEpic(own), /and that\n\n## Tasks/);
});

test('however much was written, a forge takes the body, and no part pushes out another', () => {
  const long = '😀'.repeat(40_000);
  const epic = bodyOfEpic(EpicInput.parse({ title: 'Long', description: long }));
  assert.ok(epic.length < MOST && epic.isWellFormed());
  assert.match(epic, /…\n\n## Tasks[\s\S]*## Evidence/);
  const task = { key: 'only', title: 'Only', description: long, acceptance: [long], dependsOn: [] };
  const input = { ...{ epicId: 'e', epicTitle: 'E', task, settings: SETTINGS }, targetBranch: 'main', only: true };
  const change = { headSha: 'a'.repeat(40), treeSha: 'b'.repeat(40), summary: long };
  const body = pullRequestBody({ ...input, paused: false }, change);
  assert.ok(body.length < MOST && body.isWellFormed());
  assert.match(body, /…\n\n## What was done[\s\S]*…\n\n## Evidence/);
  assert.equal(bodyOf([long, undefined, '', long]).length, MOST);
});

test('what a Worker assumed is in the text of a pull request, a line each', () => {
  const task = { key: 'only', title: 'Only', description: '', acceptance: [], dependsOn: [] };
  const input = { ...{ epicId: 'e', epicTitle: 'E', task, settings: SETTINGS }, targetBranch: 'main', only: true };
  const change = { headSha: 'a', treeSha: 'b', summary: 's', assumed: ['Half up', 'No\n## Evidence'] };
  assert.match(
    pullRequestBody({ ...input, paused: false }, change),
    /## Assumed\n- Half up\n- No ## Evidence\n\n## Ev/,
  );
});

test('why tests are not compared is in the text of a pull request', () => {
  const task = { key: 'only', title: 'Only', description: '', acceptance: [], dependsOn: [] };
  const input = { ...{ epicId: 'e', epicTitle: 'E', task, settings: SETTINGS }, targetBranch: 'main', only: true };
  const change = { headSha: 'a', treeSha: 'b', summary: 's', uncompared: ['The base a could not be set up'] };
  assert.match(pullRequestBody({ ...input, paused: false }, change), /## Tests\n- The base a could not be set up/);
});

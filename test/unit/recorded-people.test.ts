/** Who and where is not in a recording. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { createFolderMarks } from '../../api/recording/hide-folders.ts';
import { createPeople } from '../../api/recording/hide-people.ts';
import { withoutPeople } from '../../api/recording/without-people.ts';
import { aRecording, brief, use } from '../support/recordings.ts';

test('an address, the name beside it and that name elsewhere are one person', () => {
  const people = createPeople();
  people.learn('Author: Ann Lee <ann.lee@shop.dev>');
  assert.equal(people.hide('Author: Ann Lee <ann.lee@shop.dev>'), 'Author: person-1 <person-1@example.com>');
  assert.equal(people.hide('Ask Ann Lee or Bob <bob@shop.dev>.'), 'Ask person-1 or person-2 <person-2@example.com>.');
  assert.equal(people.hide('ANN.LEE@shop.dev'), 'person-1@example.com');
  assert.equal(people.hide('/home/ann/src and /home/ann/bin'), '/home/person-3/src and /home/person-3/bin');
  assert.equal(people.replaced(), 6);
});

test('nobody is where nobody can be, and hiding twice is hiding once', () => {
  const people = createPeople();
  for (const text of ['git@github.com:shop/shop.git', 'a@example.com', 'FactoryFactory <factory@localhost>', 'x@y']) {
    assert.equal(people.hide(text), text);
  }
  people.learn('Git Hub <git@github.com>');
  assert.equal(people.hide('Git Hub'), 'Git Hub');
  const once = people.hide('Ann <ann@shop.dev> in /Users/ann');
  assert.equal(people.hide(once), once);
});

test('who answered is a number, also where a brief quotes it; replacements in answers are counted apart', async () => {
  const recording = aRecording();
  const [agent] = recording.agents;
  const [turn] = agent?.turns ?? [];
  if (turn === undefined) throw new Error('no turn');
  turn.asked = [{ type: 'text', text: brief('one', '<feedback>\nann: Not so.\n</feedback>\nann is a word.') }];
  turn.answer = [use('a', 'bash', { command: 'git config user.email ann@shop.dev' })];
  recording.answers = [
    {
      ...{ kind: 'merge', taskKey: null, question: 'Merge?', decision: 'reject', answer: null, comment: 'Not so.' },
      ...{ by: 'ann', answeredMs: 5 },
    },
  ];
  const hidden = await withoutPeople(recording);
  const first = hidden.agents[0]?.turns[0];
  assert.equal(hidden.answers[0]?.by, 'person-1');
  assert.match(first?.asked[0]?.type === 'text' ? first.asked[0].text : '', /\nperson-1: Not so\.\n.*\nann is a word/);
  assert.doesNotMatch(JSON.stringify(first?.answer), /shop\.dev/);
  assert.deepEqual(hidden.replaced, { inAnswers: 1, elsewhere: 0 });
});

test('folders of worktrees and of their host have marks', () => {
  const mark = createFolderMarks({
    epicId: 'shop',
    tasks: [
      { key: 'one', worktree: '/srv/.factory/hosts/vm/worktrees/shop/one' },
      { key: 'two', worktree: null },
    ],
    briefs: ['Your working copy is /data/hosts/b/worktrees/shop/plan.detached.'],
  });
  assert.equal(mark('/data/hosts/b/worktrees/shop/plan.detached'), '{{factory.worktrees}}/shop/plan.detached');
  assert.equal(mark('in /srv/.factory/hosts/vm/worktrees/shop/one'), 'in {{factory.worktrees}}/shop/one');
  assert.equal(mark('/srv/.factory/hosts/vm/journal/x'), '{{factory.host}}/journal/x');
});

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

test('an address of a person who hides it is a person, and so is one of a domain that only sounds reserved', () => {
  const people = createPeople();
  const hidden = ['4711+ann@users.noreply.github.com', 'ann@vm.local', 'ann@test.com', 'ann@mail.test.org'];
  for (const text of hidden) assert.match(people.hide(text), /^person-\d@example\.com$/, text);
  const nobody = [
    'dependabot[bot] <49699333+dependabot[bot]@users.noreply.github.com>',
    ...['GitHub <noreply@github.com>', 'a@mail.example.org', 'a@shop.test', 'a@shop.example', 'a@b.localhost'],
  ];
  for (const text of nobody) assert.equal(people.hide(text), text);
});

const NO_ADDRESSES = [
  ...['lodash@4.17.21', 'actions/checkout@v4.1.1', 'npm@10.9.2-beta.rc', 'react@18.x', '"logo@2x.png"', 'icon@3x.webp'],
  ...['fonts@latest.css', 'a@b', 'schema@draft.7', 'tool@v1.2.3.tar', 'x@one.d.ts'],
];

test('versions and files are nobody', () => {
  const people = createPeople();
  for (const text of NO_ADDRESSES) assert.equal(people.hide(text), text);
  for (const text of ['ann@163.com', 'Ask ann@shop.dev.', '(ann.lee+x@mail.shop.co.uk)', 'ann@shop.dev, or Bob']) {
    assert.match(people.hide(text), /person-\d@example\.com/, text);
  }
});

test('a line of blanks takes no time', () => {
  const people = createPeople();
  const started = performance.now();
  for (const head of ['Author: ', 'Signed-off-by: ', '    Author: Ann', 'a@']) {
    const text = `${head}${' '.repeat(30_000)}x`;
    people.learn(text);
    assert.equal(people.hide(text), text);
  }
  assert.ok(performance.now() - started < 500, `${performance.now() - started} ms`);
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

/** What people may say to the factory on an issue, and to whom it goes. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { isForFactory } from '../../workflows/contract/tracker.ts';
import { commandOf } from '../../workflows/epic/issue-commands.ts';

const of = (body: string, mail?: number) => {
  const said = { id: 'c', thread: 'c', by: 'ada', body, ...(mail === undefined ? {} : { mail }) };
  const command = commandOf(said, ['api', 'web-page']);
  if (command === undefined) return undefined;
  const { to, text } = command;
  return `${to.kind === 'word' ? to.recipient : `mail ${to.number}`}: ${text}`;
};

test('a word goes to the task whose key and a colon come first, else to the epic', () => {
  assert.equal(of('/factory tell use cents'), 'epic: use cents');
  assert.equal(of('/factory tell api: use cents\nand euros'), 'task/api: use cents\nand euros');
  assert.equal(of('/factory tell api :use cents'), 'task/api: use cents');
  assert.equal(of('/factory tell api is red'), 'epic: api is red');
  assert.equal(of('/factory tell `api` is red: fix it'), 'epic: `api` is red: fix it');
  assert.equal(of('factory tell `web-page`: use cents'), 'task/web-page: use cents');
  assert.equal(of('/factory Tell task/API: use cents'), 'task/api: use cents');
  assert.equal(of('/factory tell api-wide: use cents'), 'epic: api-wide: use cents');
});

test('a reply names its mail, or is written below it', () => {
  assert.equal(of('/factory reply 12 the old one'), 'mail 12: the old one');
  assert.equal(of('/factory reply #12: the old one'), 'mail 12: the old one');
  assert.equal(of('tell nobody', 12), 'mail 12: tell nobody');
  assert.equal(of('/factory reply the old one', 12), 'mail 12: the old one');
  assert.equal(of('/factory tell api: go', 12), 'task/api: go');
});

test('what has no words or no meaning is nothing', () => {
  for (const body of [
    '/factory',
    '/factory tell',
    '/factory tell api',
    '/factory tell api:',
    '/factory reply 12',
    '/factory reply x',
    '/factory go',
  ])
    assert.equal(of(body), undefined, body);
});

test('only what begins with its name is meant for the factory', () => {
  for (const body of ['/factory tell x', ' /factory', 'factory reply 1 x', 'Factory tell x'])
    assert.ok(isForFactory(body), body);
  for (const body of ['tell /factory', '/factoryx', 'factory is slow', 'the factory tell'])
    assert.ok(!isForFactory(body), body);
});

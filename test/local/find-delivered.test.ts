/** Where the demo finds what was merged: in the source, or beside what people work on there. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { findDelivered } from '../../local/stack/demo.ts';
import { createRepository } from '../support/git.ts';

const source = await createRepository({ bare: true });
after(() => source.remove());

test('the base branch has the work, unless the result was put beside it', async () => {
  const config = { stateDir: '/state', repositories: { shop: { path: source.path } } };
  const find = () => findDelivered(config, { epicId: 'sale', repository: 'shop', baseBranch: 'main' });
  assert.deepEqual(await find(), { branch: 'main', repository: source.path });
  await source.git('branch', 'factory/sale/result', 'main');
  const { branch, repository } = await find();
  assert.equal(branch, 'factory/sale/result');
  assert.match(repository, /^\/state\/.*shop/);
});

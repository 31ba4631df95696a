/** Which folder comes with one of PATH: what is beside programs, but for what people keep. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { withItsParent } from '../../clients/terminal/program-folders.ts';

test('a folder of programs comes with what is beside it, unless that is a person’s, whoever it is', () => {
  const beside = {
    '/opt/node/bin': '/opt/node',
    '/home/ann/.nvm/versions/node/v24/bin': '/home/ann/.nvm/versions/node/v24',
    '/home/ann/.pyenv/shims': '/home/ann/.pyenv',
  };
  for (const [folder, bound] of Object.entries(beside)) assert.equal(withItsParent(folder, '/root'), bound);
  const alone = [
    '/home/ann/bin',
    '/home/ann/.cargo/bin',
    '/Users/ann/go/bin',
    '/root/.local/bin',
    '/bin',
    '/srv/ci/x/bin',
  ];
  for (const folder of alone) assert.equal(withItsParent(folder, '/srv/ci'), folder);
});

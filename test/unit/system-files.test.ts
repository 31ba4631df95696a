/** Which files of the system a command in the sandbox may see. */
import assert from 'node:assert/strict';
import { mkdirSync, writeFileSync } from 'node:fs';
import { dirname, join } from 'node:path';
import { test } from 'node:test';
import { systemFiles } from '../../activities/terminal/system-files.ts';
import { createFolder } from '../support/git.ts';

test('configuration of languages is seen whatever their version, and nothing that may hold a secret', async () => {
  const { path: root, remove } = await createFolder('system');
  const seen = ['etc/java-21-openjdk', 'etc/maven/m2.conf', 'etc/passwd', 'etc/php', 'var/lib/gems'];
  const unseen = ['etc/maven/settings.xml', 'etc/shadow', 'etc/ssl/private/key.pem', 'etc/npmrc', 'var/lib/docker'];
  for (const path of [...seen, ...unseen]) {
    mkdirSync(dirname(join(root, path)), { recursive: true });
    if (/\.|passwd|shadow|npmrc/.test(path)) writeFileSync(join(root, path), '');
    else mkdirSync(join(root, path));
  }
  const found = systemFiles(root);
  await remove();
  assert.deepEqual(found.sort(), seen.map((path) => `/${path}`).sort());
});

/** How types are imported, where dependency-cruiser would otherwise take what runs for a type. */
import assert from 'node:assert/strict';
import { globSync, readFileSync } from 'node:fs';
import { test } from 'node:test';
import { PROJECT_DIR } from '../../config/files.ts';

const FOLDERS = '{activities,api,bench,cli,clients,config,db,local,scripts,test,web,worker,workflows}/**/*.{ts,tsx}';

test('no default import shares its statement with types alone: the rules about what runs would not see it', () => {
  const files = globSync(['*.ts', FOLDERS], { cwd: PROJECT_DIR, exclude: ['**/node_modules/**'] });
  assert.ok(files.length > 500, `${files.length} files`);
  const found = files.filter((file) => hides(readFileSync(`${PROJECT_DIR}/${file}`, 'utf8')));
  assert.deepEqual(found, []);
});

test('the pattern finds such an import', () => {
  assert.equal(hides("import client, { type Client } from 'a';"), true);
  assert.equal(hides("import client, {\n  type Client,\n  type Options,\n} from 'a';"), true);
  assert.equal(hides("import client, { type Client, open } from 'a';\nimport type { B } from 'b';"), false);
});

const hides = (source: string): boolean => /^import \w+, \{(\s*type \w+( as \w+)?,?)*\s*\} from/m.test(source);

/** Repositories that cannot be used: said in our vocabulary, for good, with what helps. */
import assert from 'node:assert/strict';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLocalForge } from '../../activities/forge/local.ts';
import { createFolder } from '../support/git.ts';
import { failsAs } from '../support/git-stage.ts';
import { openForges } from '../support/local-forge.ts';

const forges = await openForges();
const { createForge, db } = forges;
after(() => forges.close());

test('an object that is missing, in the source and in the mirror', async () => {
  const files = { 'a.txt': 'a\n', 'dir/b.txt': 'b\n' };
  const broken = await createForge({ files });
  const dropped = async (repository: typeof broken.source, gitDir: string, name: string) => {
    const sha = await repository.git('rev-parse', name);
    rmSync(join(gitDir, 'objects', sha.slice(0, 2), sha.slice(2)));
  };
  await dropped(broken.source, join(broken.source.path, '.git'), 'HEAD:dir/b.txt');
  const damaged = failsAs('RepositoryDamaged', { message: /git fsck/ });
  await assert.rejects(broken.forge.openRepository({ repository: broken.name }), damaged);

  const whole = await createForge({ files });
  const { headSha: commit } = await whole.forge.openRepository({ repository: whole.name });
  await dropped(whole.mirror, whole.mirror.path, 'main^{tree}');
  await assert.rejects(whole.forge.listPaths({ repository: whole.name, commit }), damaged);
});

test('an AGENTS.md of 2 MB', async () => {
  const { forge, name } = await createForge({ files: { 'AGENTS.md': 'x'.repeat(2 << 20) } });
  const { headSha } = await forge.openRepository({ repository: name });
  await assert.rejects(
    forge.readFiles({ repository: name, commit: headSha, paths: ['AGENTS.md'] }),
    failsAs('RepositoryUnsupported', { message: /AGENTS\.md has more than 1024 KB; shorten it/ }),
  );
});

test('a state folder that cannot be written', async () => {
  const [{ source }, state] = await Promise.all([createForge(), createFolder('state')]);
  after(state.remove);
  // The root user may write everywhere, but not below a file.
  const stateDir = join(state.path, 'file');
  writeFileSync(stateDir, '');
  const forge = createLocalForge({ db, stateDir, repositories: { work: { path: source.path } } });
  await assert.rejects(
    forge.openRepository({ repository: 'work' }),
    failsAs('FolderNotWritable', { message: /ENOTDIR.*make STATE_DIR writable/ }),
  );
});

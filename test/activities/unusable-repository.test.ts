/** Repositories that cannot be used: said in our vocabulary, for good, with what helps. */
import assert from 'node:assert/strict';
import { execFileSync } from 'node:child_process';
import { rmSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createLocalForge } from '../../activities/forge/local.ts';
import { createFolder, repositoryAt } from '../support/git.ts';
import { failsAs } from '../support/git-stage.ts';
import { openForges } from '../support/local-forge.ts';

const forges = await openForges();
const { createForge, db } = forges;
after(() => forges.close());

test('a base branch that git cannot name is refused, with a mirror and without', async () => {
  const { forge, name } = await createForge();
  await assert.rejects(forge.openRepository({ repository: name, baseBranch: 'a b' }), failsAs('BaseBranchMissing'));
  const refused = failsAs('InvalidInput', { message: /invalid refspec .*check-ref-format/ });
  await assert.rejects(forge.openRepository({ repository: name, baseBranch: 'a b' }), refused);
});

test('a branch “factory” of the source stands in nobody’s way, but where the result is delivered it is named', async () => {
  const { activities, forge, name, source } = await createForge();
  await source.git('branch', 'factory');
  const { headSha } = await forge.openRepository({ repository: name });
  await activities.ensureEpicBranch({ repository: name, epicId: 'e', baseBranch: 'main' });
  await assert.rejects(
    activities.deliverResult({ repository: name, epicId: 'e', baseBranch: 'main', mergedSha: headSha }),
    failsAs('RepositoryUnsupported', { message: /'refs\/heads\/factory' exists.*rename or delete that branch/s }),
  );
});

test('a repository with SHA-256 object names', async () => {
  const [source, state] = await Promise.all([createFolder('sha256'), createFolder('state')]);
  after(source.remove);
  after(state.remove);
  execFileSync('git', ['init', '--quiet', '--object-format=sha256', '--initial-branch', 'main', source.path]);
  await repositoryAt(source.path).commit('Begin', { 'a.txt': '' });
  const forge = createLocalForge({ db, stateDir: state.path, repositories: { sha256: { path: source.path } } });
  const refused = failsAs('RepositoryUnsupported', { message: /server sha256.*use one with SHA-1/s });
  await assert.rejects(forge.openRepository({ repository: 'sha256' }), refused);
});

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
  await whole.forge.openRepository({ repository: whole.name });
  await dropped(whole.mirror, whole.mirror.path, 'main^{tree}');
  await assert.rejects(whole.forge.openRepository({ repository: whole.name }), damaged);
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
    failsAs('WorktreeUnusable', { message: /ENOTDIR.*make STATE_DIR writable/ }),
  );
});

/** What briefs take from git: the tracked files of the worktree's commit, and the change under review. */
import assert from 'node:assert/strict';
import { writeFileSync } from 'node:fs';
import { after, test } from 'node:test';
import { createBriefSources } from '../../activities/agent/brief-sources.ts';
import { repositoryAt } from '../support/git.ts';
import { createGitStage, REPOSITORY } from '../support/git-stage.ts';
import { createSubmoduleStage } from '../support/submodules.ts';

const stage = await createGitStage({ files: { 'README.md': 'Hello\n', 'src/a file.ts': 'one\n' } });
after(stage.remove);

test('files are those of the commit, and the diff is what the head adds to where it left the base', async () => {
  const placement = { host: 'here', epoch: 1 };
  const baseSha = (await stage.mirror.git('rev-parse', 'main')).trim();
  await stage.source.git('switch', '--create', 'work');
  const headSha = await stage.source.commit('Change it', { 'src/a file.ts': 'two\n' });
  await stage.source.git('push', stage.mirror.path, 'work');
  const { worktree } = await stage.host('here').prepareDetached({
    epicId: 'e1',
    name: 'review',
    repository: REPOSITORY,
    placement,
    commit: headSha,
  });
  const sources = createBriefSources(stage.hostOf('here'));
  const brief = { kind: 'host-lost' as const };
  const input = { agentId: 'a', turn: 1, epicId: 'e1', repository: REPOSITORY, worktree, placement, brief };
  const { signal } = new AbortController();
  assert.deepEqual([...(await sources.files(input, signal))].sort(), ['README.md', 'src/a file.ts']);
  const diff = await sources.diff(input, { baseSha, headSha }, signal);
  assert.match(diff, /^diff --git a\/src\/a file\.ts[\s\S]*\n-one\n\+two\n/);
  assert.ok(!diff.includes('README'));
  await assert.rejects(sources.diff(input, { baseSha, headSha: 'f'.repeat(40) }, signal), /git diff/);
});

test('what a task has in its tree is told by file: its commits, and what is in none yet', async () => {
  const host = stage.host('there');
  const where = { epicId: 'e2', taskKey: 'slugs', repository: REPOSITORY, placement: { host: 'there', epoch: 1 } };
  const { worktree, baseSha } = await host.prepareWorktree({ ...where, targetBranch: 'main' });
  const sources = createBriefSources(stage.hostOf('there'));
  const input = { agentId: 'a', turn: 1, ...where, worktree, brief: { kind: 'host-lost' as const } };
  const { signal } = new AbortController();
  assert.equal(await sources.tree(input, baseSha, signal), '');
  writeFileSync(`${worktree}/README.md`, 'Hello\nagain\n');
  await host.commitChange({ ...where, worktree, message: 'Greet again', key: 'k' });
  writeFileSync(`${worktree}/new.txt`, 'new\n');
  const tree = await sources.tree(input, baseSha, signal);
  assert.match(tree, /^README\.md \| 1 \+\n.*1 file changed.*\n+not committed yet: new\.txt$/);
});

test('the commit that a submodule points to is part of the change: for the reviewer, and for who goes on', async (t) => {
  const submodules = await createSubmoduleStage();
  t.after(() => submodules.remove());
  const { base: baseSha, first, second } = submodules;
  const host = submodules.host('one');
  const task = submodules.task('bump');
  const { worktree } = await host.prepareWorktree(task);
  await repositoryAt(`${worktree}/vendor/lib`).git('checkout', '--quiet', second);
  const { headSha } = await host.commitChange({ ...task, worktree, message: 'Bump', key: 'k' });
  const sources = createBriefSources(submodules.hostOf('one'));
  const input = { agentId: 'a', turn: 1, ...task, worktree, brief: { kind: 'host-lost' as const } };
  const { signal } = new AbortController();
  const lines = `-Subproject commit ${first}\n+Subproject commit ${second}\n`;
  for (const read of [sources.diff, sources.since]) {
    assert.ok((await read(input, { baseSha, headSha }, signal)).endsWith(lines));
  }
  assert.match(await sources.tree(input, baseSha, signal), /^vendor\/lib \| 2 \+-\n/);
});

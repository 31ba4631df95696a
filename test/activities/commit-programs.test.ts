/** What a commit starts: one git where no attributes play a part, more as soon as a task writes some. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { writeFiles } from '../support/git.ts';
import { beginsTasks, createGitStage } from '../support/git-stage.ts';
import { startedPrograms } from '../support/started-programs.ts';

const stage = await createGitStage({ files: { 'a.txt': 'a\n' } });
after(stage.remove);
const base = await stage.mirror.git('rev-parse', 'main');
const { begin } = beginsTasks({ epicId: 'programs', base, host: stage.host });

test('a commit of what a checkpoint has seen moves the branch with its one git', async () => {
  const { host, place, commit } = await begin('plain');
  await writeFiles(place.worktree, { 'b.txt': 'b\n' });
  await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  const started = await startedPrograms(['git'], commit);
  assert.equal(started.length, 1, started.join('\n'));
  assert.match(started[0] ?? '', /update-ref/);
});

test('a task that gives files to Git LFS where its base does not is told by name', async () => {
  const { host, place, commit } = await begin('gives');
  await writeFiles(place.worktree, { 'art/.gitattributes': '*.png filter=lfs\n', 'art/a.png': 'image\n' });
  await host.checkpoint({ ...place, agentId: 'a', turn: 1 });
  const made = await commit();
  assert.equal(made.changed, false);
  assert.match(made.lfs?.join('\n') ?? '', /^art\/a\.png \(given to Git LFS by the \.gitattributes of the task/);
});

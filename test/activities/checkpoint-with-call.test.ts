/** The checkpoint of a turn with its last call: taken once, where it is brief, and nothing of the call is lost without it. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { CancelledFailure } from '@temporalio/common';
import { type CheckpointWithCallDependencies, withCheckpoint } from '../../activities/tools/checkpoint-with-call.ts';
import { createEditActivities } from '../../activities/tools/edit.ts';
import type { HostToolInput, HostToolResult } from '../../activities/tools/host-tool.ts';
import { createTakeCheckpoint, type NoteCheckpoint } from '../../activities/worktree/checkpoint.ts';
import { worktreeAt } from '../../activities/worktree/worktree-state.ts';
import { failure } from '../../clients/failures.ts';
import { clonePath } from '../../clients/git/names.ts';
import { isNewestTurn } from '../../db/reads/newest-turn.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase } from '../support/database.ts';
import { importCommit, repositoryAt } from '../support/git.ts';
import { createGitStage, REPOSITORY, tasksOf } from '../support/git-stage.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';

const [{ db, drop }, stage] = await Promise.all([createDatabase(), createGitStage({ files: { 'a.txt': 'a\n' } })]);
after(() => Promise.all([drop(), stage.remove()]));

const host = stage.hostOf('one');
const notes: Parameters<NoteCheckpoint>[0][] = [];
const checkpoint = createTakeCheckpoint({ host, note: async (note) => void notes.push(note) });
const { edit } = createEditActivities({ db, host });
const task = tasksOf('abc')('schema');
const { worktree } = await stage.host('one').prepareWorktree(task);
const CHAIN = 'refs/factory/checkpoints/abc/schema';
const chainEnd = () => stage.mirror.git('rev-parse', CHAIN);

/** A call that writes a file, as the workflow asks for it when it is the turn's last change. */
async function creates(path: string, asked: Partial<HostToolInput> = { checkpoint: {} }): Promise<HostToolInput> {
  const input = { command: 'create', path, file_text: `${path}\n` };
  const call = await addToolCall(db, { name: 'str_replace_based_edit_tool', input, worktree });
  return { ...call, placement: task.placement, repository: REPOSITORY, ...asked };
}

function run(
  call: HostToolInput,
  { attempt = 1, ...changed }: Partial<CheckpointWithCallDependencies> & { attempt?: number } = {},
): Promise<HostToolResult> {
  const isNewest: CheckpointWithCallDependencies['isNewest'] = (turn) => isNewestTurn(db, turn);
  const tool = withCheckpoint(edit, { host, checkpoint, isForgeRemote: false, isNewest, ...changed });
  return new MockActivityEnvironment({ attempt }).run<[HostToolInput], HostToolResult, typeof tool>(tool, call);
}

test('the last change of a turn takes its checkpoint along, and once more changes nothing', async () => {
  const call = await creates('one.txt');
  const first = await run(call);
  const end = await chainEnd();
  assert.deepEqual(first.checkpoint, { sha: end, pushed: true, leftOut: [], secrets: [] });
  assert.equal(await stage.mirror.git('show', `${end}:one.txt`), 'one.txt');
  assert.deepEqual(await run(call), first);
  assert.equal(await chainEnd(), end);
  const note = { transcript: call.agentId, turn: call.turn, checkpoint: end };
  assert.deepEqual(notes, [note, note]);
});

test('a call that was not asked takes none, and neither does one whose forge is on another machine', async () => {
  const before = await chainEnd();
  assert.equal('checkpoint' in (await run(await creates('two.txt', {}))), false);
  assert.equal('checkpoint' in (await run(await creates('three.txt'), { isForgeRemote: true })), false);
  assert.equal(await chainEnd(), before);
});

test('an attempt that follows another, or woke up after its agent went on, takes none', async () => {
  const [late, next] = [await creates('late.txt'), await creates('next.txt')];
  assert.equal('checkpoint' in (await run(late)), false);
  assert.equal('checkpoint' in (await run(next, { attempt: 2 })), false);
  assert.ok((await run(next)).checkpoint?.sha);
});

test('a checkpoint that fails or is interrupted takes nothing from the call', async () => {
  for (const error of [failure('DiskFull', 'no space'), new CancelledFailure('CANCELLED')]) {
    const path = `${error.name}.txt`;
    const call = await creates(path);
    const result = await run(call, { checkpoint: () => Promise.reject(error) });
    assert.deepEqual([result.isError, 'checkpoint' in result, existsSync(join(worktree, path))], [false, false, true]);
    assert.equal((await storedCall(db, call)).is_error, false);
  }
});

test('a checkpoint that takes long is given up, and the next one has its files too', async () => {
  const before = await chainEnd();
  const given = await run(await creates('long.txt'), { mostMs: 1 });
  assert.deepEqual([given.isError, 'checkpoint' in given, await chainEnd()], [false, false, before]);
  const next = await run(await creates('after.txt'));
  assert.equal(await stage.mirror.git('show', `${next.checkpoint?.sha}:long.txt`), 'long.txt');
});

test('a worktree of many files is left to a step of its own, beside the model', async () => {
  const files = Object.fromEntries(Array.from({ length: 5_001 }, (_, number) => [`many/${number}`, '']));
  const commit = await importCommit(stage.mirror.path, { branch: 'many', from: 'main', files, message: 'Many' });
  assert.ok((await run(await creates('few.txt'))).checkpoint?.sha);
  const { snapshots } = worktreeAt({ gitDir: clonePath(host.stateDir, 'one', REPOSITORY) }, 'abc', worktree);
  await repositoryAt(worktree).git('read-tree', `--index-output=${snapshots.indexFile}`, commit.trim());
  assert.equal('checkpoint' in (await run(await creates('many.txt'))), false);
});

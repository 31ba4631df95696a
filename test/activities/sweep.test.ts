/** What epics that closed long ago have left goes, once, from forge and hosts, and that of no other epic. */
import assert from 'node:assert/strict';
import { chmodSync, existsSync, readdirSync, symlinkSync } from 'node:fs';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { createSweep, type SweepDependencies } from '../../activities/forge/sweep-checkpoints.ts';
import { removeEnded } from '../../activities/remove-ended.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createFolder, writeFiles } from '../support/git.ts';
import { openForges } from '../support/local-forge.ts';

const forges = await openForges();
const { db } = forges;
after(() => forges.close());

const STARTED = '2026-01-01T00:00:00Z';

/** A closed epic with a checkpoint, or an open one. */
async function epic(id: string, repository: string, closedDaysAgo?: number) {
  const row = { id, workflow_id: `epic-${id}`, run_id: 'r', generation: 1, version: 1, title: id, description: '' };
  const closed_at = closedDaysAgo === undefined ? null : sql<Date>`now() - make_interval(days => ${closedDaysAgo})`;
  const state = closedDaysAgo === undefined ? 'IN_PROGRESS' : 'COMPLETED';
  await db
    .insertInto('epics')
    .values({ ...row, priority: 0, repository, state, phase: '', started_at: STARTED, updated_at: STARTED, closed_at })
    .execute();
}

function sweep(dependencies: Partial<SweepDependencies> & Pick<SweepDependencies, 'forge' | 'repositories'>) {
  const environment = new MockActivityEnvironment({});
  const run = createSweep({ db, ...dependencies });
  return environment.run(() => run(new AbortController().signal)) as Promise<number>;
}

test('what closed long ago leaves nothing but branches; what is open or newly closed keeps its checkpoints', async () => {
  const { name, forge, mirror } = await forges.createForge();
  await forge.openRepository({ repository: name });
  const ids = { old: 31, older: 400, fresh: 29, open: undefined, 'old-2': 29 };
  const main = await mirror.git('rev-parse', 'main');
  for (const [id, days] of Object.entries(ids)) {
    await epic(id, name, days);
    await mirror.git('update-ref', `refs/factory/checkpoints/${id}/a`, main);
    await mirror.git('update-ref', `refs/heads/factory/${id}/a`, main);
  }
  await mirror.git('update-ref', 'refs/factory/checkpoints/old/b', main);
  await epic('elsewhere', 'gone', 31);

  const here = { forge, repositories: [name] };
  assert.equal(await sweep(here), 2);
  const refs = (
    await mirror.git('for-each-ref', '--format=%(refname)', 'refs/factory/checkpoints', 'refs/heads/factory')
  ).split('\n');
  const kept = ['fresh', 'old-2', 'open'].map((id) => `refs/factory/checkpoints/${id}/a`);
  const branches = Object.keys(ids).map((id) => `refs/heads/factory/${id}/a`);
  assert.deepEqual(refs, [...kept, ...branches].toSorted());
  assert.equal(await sweep(here), 0);

  // It was opened again, and closed again before the last sweep was 30 days ago.
  await db
    .updateTable('epics')
    .set({ swept_at: sql<Date>`now() - make_interval(days => 40)` })
    .where('id', '=', 'old')
    .execute();
  assert.equal(await sweep(here), 1);
});

test('a host deletes journals and worktrees moved aside of what closed long ago, and of nothing else', async () => {
  const folder = await createFolder('sweep');
  const host = { stateDir: folder.path, host: 'one' };
  const at = (path: string) => join(folder.path, 'hosts/one', path);
  const days = { ended: 31, aside: 31, recent: 29, running: undefined };
  for (const [id, closedDaysAgo] of Object.entries(days)) await epic(id, 'swept', closedDaysAgo);
  await writeFiles(at('.'), {
    ...Object.fromEntries(
      ['ended', 'recent', 'running', 'unknown'].map((id) => [`journal/${id}/a/t1/script`, 'true\n']),
    ),
    ...Object.fromEntries(['aside', 'recent'].map((id) => [`worktrees/${id}/a.stale-2-0a1b2c3d/x`, ''])),
    'worktrees/ended/a/x': '',
    'worktrees/ended/review-a.detached/x': '',
    'worktrees/recent/review-a.detached/x': '',
    ...Object.fromEntries(
      ['ended', 'recent'].map((id) => [`repositories/r.git/worktrees/${id}.review-a.detached/HEAD`, '']),
    ),
    'outside/b.stale-1-0a1b2c3d/x': '',
  });
  symlinkSync(at('outside'), at('worktrees/linked'));
  await epic('linked', 'swept', 31);
  const run = () => removeEnded(db, host, new AbortController().signal);
  const path = process.env.PATH;
  await writeFiles(at('.'), { 'bin/rm': '#!/bin/sh\nexit 1\n' });
  chmodSync(at('bin/rm'), 0o755);
  process.env.PATH = `${at('bin')}:${path}`;
  const failed = await run().finally(() => {
    process.env.PATH = path;
  });
  assert.deepEqual([failed.deleted, failed.stuck.toSorted()], [[], ['aside', 'ended']]);
  const removed = await run();
  assert.deepEqual([removed.deleted.toSorted(), removed.stuck], [['aside', 'ended'], []]);
  assert.deepEqual(readdirSync(at('journal')).toSorted(), ['recent', 'running', 'unknown']);
  assert.deepEqual(readdirSync(at('worktrees')).toSorted(), ['ended', 'linked', 'recent']);
  assert.deepEqual(readdirSync(at('worktrees/ended')), ['a']);
  assert.deepEqual(readdirSync(at('repositories/r.git/worktrees')), ['recent.review-a.detached']);
  assert.ok(existsSync(at('worktrees/recent/review-a.detached/x')));
  assert.ok(existsSync(at('worktrees/ended/a/x')) && existsSync(at('outside/b.stale-1-0a1b2c3d/x')));
  assert.deepEqual((await run()).deleted, []);
  const other = await removeEnded(db, { ...host, host: 'another' }, new AbortController().signal);
  assert.deepEqual(other, { deleted: [], stuck: [] });
  await folder.remove();
});

test('a forge that fails keeps nobody waiting, and is asked again', async () => {
  await epic('sad', 'away', 60);
  let asked = 0;
  const removeCheckpoints = async () => {
    asked += 1;
    if (asked === 1) throw new Error('the forge is away');
  };
  await epic('well', 'there', 50);
  const away = { forge: { removeCheckpoints }, repositories: ['away', 'there'] };
  assert.equal(await sweep(away), 1);
  assert.equal(await sweep(away), 1);
  assert.equal(await sweep(away), 0);
  assert.equal(asked, 3);
  assert.equal(await sweep({ ...away, repositories: [] }), 0);
});

/** The plan of an epic over HTTP: what each task must achieve, and how the checks of its last commit came out. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { writeCriteria } from '../../db/writes/criteria.ts';
import { reuseEvidence } from '../../db/writes/evidence.ts';
import { writePlanRevisions } from '../../db/writes/plan-revisions.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import type { PlanRevision } from '../../workflows/contract/plan-revision.ts';
import { openRecordedApi } from '../support/recorded-api.ts';
import { epicView, plannedTask } from '../support/views.ts';

const { api, close, db, record } = await openRecordedApi();
after(close);

const OLD = 'b'.repeat(40);
const NEW = 'c'.repeat(40);
const AGAIN = 'd'.repeat(40);
const at = (second: number) => new Date(Date.UTC(2026, 0, 1, 0, 0, second)).toISOString();

before(async () => {
  const task = { key: 'second', title: 'Do second', description: 'With *care*', dependsOn: ['first'], files: ['src/'] };
  const caps = { budgetUsd: 2.5, budgetTokens: 90_000 };
  const acceptance = ['npm test is green', 'it is told\nin the README'];
  const second = plannedTask('second', 1, { task: TaskInput.parse({ ...task, ...caps, acceptance }) });
  await record.epic(epicView('shop', 1, { tasks: [second, plannedTask('first', 0)] }));
  await record.epic(epicView('bare', 1, { tasks: [] }));
  const evidence = (task_key: string, commit_sha: string, check_name: string, exit_code: number, second: number) => ({
    ...{ epic_id: 'shop', task_key, commit_sha, tree_sha: commit_sha, check_name, exit_code },
    ...{
      command: 'true',
      output: '',
      verified_by: `${second}`,
      clean: true,
      recorded_at: at(second),
      started_at: at(second),
      finished_at: at(second),
    },
  });
  await db
    .insertInto('evidence')
    .values([
      evidence('first', OLD, 'test', 1, 1),
      evidence('first', NEW, 'lint', 0, 2),
      evidence('first', NEW, 'test', 2, 3),
      evidence('epic', OLD, 'test', 0, 4),
      evidence('second', OLD, 'test', 0, 1),
      evidence('second', NEW, 'test', 1, 5),
    ])
    .execute();
  // What was found long ago counts again.
  const again = { epicId: 'shop', taskKey: 'second', commitSha: AGAIN, treeSha: OLD, policyHash: null };
  const found = { how: 'npm test', note: '', proof: 'ran' as const, exitCode: 0, turn: 3 };
  const of = { epicId: 'shop', taskKey: 'second', reviewer: 'shop.second.review.1' };
  const rows = (verdict: 'met' | 'not_met') => [
    { ...found, criterion: 1, text: 'npm test is green', verdict },
    { ...found, criterion: 2, text: 'it was worded otherwise', verdict },
  ];
  await writeCriteria(db, { ...of, commitSha: OLD, treeSha: OLD }, rows('not_met'));
  await writeCriteria(db, { ...of, commitSha: NEW, treeSha: NEW }, rows('not_met'));
  // The same commit, reviewed again.
  await writeCriteria(db, { ...of, commitSha: NEW, treeSha: NEW }, rows('met'));
  await reuseEvidence(db, { ...again, checks: [{ name: 'test', command: 'true' }] });
});

test('a plan has each task in order, with what must be true of it', async () => {
  const { status, body } = await api.ask('GET', '/epics/shop/plan');
  assert.equal(status, 200);
  assert.deepEqual(
    body.tasks.map(({ key, dependsOn }: { key: string; dependsOn: string[] }) => [key, dependsOn]),
    [
      ['first', []],
      ['second', ['first']],
    ],
  );
  assert.deepEqual([body.tasks[0].budgetUsd, body.tasks[0].budgetTokens], [null, null]);
  const [, { criteria: _, ...second }] = body.tasks;
  assert.deepEqual(second, {
    ...{ id: 'shop.second', key: 'second', title: 'Do second', description: 'With *care*', dependsOn: ['first'] },
    ...{ acceptance: ['npm test is green', 'it is told\nin the README'], state: 'PENDING' },
    ...{ files: ['src/'], hasStarted: false, budgetUsd: 2.5, budgetTokens: 90_000 },
    checked: { commitSha: AGAIN, checks: [{ check: 'test', exitCode: 0 }], unrun: [], coveredBy: null, at: at(1) },
  });
});

test('a criterion has what the latest review found; one that was edited since is not checked', async () => {
  const criteria = async () => (await api.ask('GET', '/epics/shop/plan')).body.tasks[1].criteria;
  const [first, second] = await criteria();
  const { at: _, ...judged } = first.judged;
  assert.deepEqual(judged, {
    ...{ verdict: 'met', how: 'npm test', note: '', proof: 'ran', exitCode: 0, turn: 3 },
    ...{ commitSha: NEW, isOutdated: false, reviewer: 'shop.second.review.1' },
  });
  assert.deepEqual(second, { criterion: 'it is told\nin the README', judged: null });
  const submission = { epic_id: 'shop', task_key: 'second', number: 2, head_sha: AGAIN, tree_sha: AGAIN };
  await db
    .insertInto('submissions')
    .values({ ...submission, state: 'verified' })
    .execute();
  assert.equal((await criteria())[0].judged.isOutdated, true, 'a newer commit waits for its review');
  const { body } = await api.ask('GET', '/tasks/shop.second');
  assert.deepEqual(body.criteria, await criteria());
});

test('only the commit that was checked last counts', async () => {
  const { body } = await api.ask('GET', '/epics/shop/plan');
  assert.deepEqual(body.tasks[0].checked, {
    commitSha: NEW,
    checks: [
      { check: 'lint', exitCode: 0 },
      { check: 'test', exitCode: 2 },
    ],
    unrun: [],
    coveredBy: null,
    at: at(3),
  });
});

test('an epic without a plan has no task yet, and one that there is not is named', async () => {
  const nothing = { revision: 0, overlaps: [], revisions: [], tasks: [] };
  assert.deepEqual((await api.ask('GET', '/epics/bare/plan')).body, { epicId: 'bare', ...nothing });
  const { status, body } = await api.ask('GET', '/epics/none/plan');
  assert.deepEqual(
    [status, body.error.message],
    [404, 'There is no epic "none"; `factory list` names those that there are'],
  );
});

test('a plan tells its revisions, what overlaps in it, and what a revision cannot change any more', async () => {
  const files = (key: string, ...patterns: string[]) => ({
    task: TaskInput.parse({ key, title: key, files: patterns }),
  });
  const done = { status: { state: 'COMPLETED' as const, phase: 'merged' } };
  const made = (number: number) => ({
    number,
    at: at(number),
    by: 'ann',
    why: `why ${number}`,
    changes: [`change ${number}`],
  });
  const revise = (version: number, revisions: PlanRevision[]) => {
    const tasks = [
      plannedTask('one', 0, files('one', 'src/a.ts')),
      plannedTask('two', 1, { task: { ...files('two', '**/*.ts').task, budgetUsd: version } }),
      plannedTask('old', 2, { ...files('old', 'src/a.ts'), ...done }),
    ];
    return record.epic(epicView('revised', version, { revisions, tasks }));
  };
  await revise(1, [made(1)]);
  // Older ones leave the epic's own memory, and stay here.
  await revise(2, [made(2), made(3)]);
  const { body } = await api.ask('GET', '/epics/revised/plan');
  assert.equal(body.revision, 3);
  assert.deepEqual(body.revisions, [made(3), made(2), made(1)]);
  assert.equal(body.tasks[1].budgetUsd, 2, 'a cap is what the newest says');
  // An epic that was reset is at an earlier revision again, and may tell another one of a number that was there.
  const again = { ...made(2), why: 'another' };
  await revise(3, [again]);
  const reset = (await api.ask('GET', '/epics/revised/plan')).body;
  assert.deepEqual([reset.revision, reset.revisions], [2, [again, made(1)]]);
  // A record that a newer one has overtaken.
  const epics = db.selectFrom('epics').select('generation').where('id', '=', 'revised');
  const { generation } = await epics.executeTakeFirstOrThrow();
  const late = { epicId: 'revised', revisions: [made(2), made(3)], generation, version: 2 };
  await writePlanRevisions(db, late);
  assert.deepEqual((await api.ask('GET', '/epics/revised/plan')).body.revisions, [again, made(1)]);
  assert.deepEqual(body.overlaps, [{ tasks: ['one', 'two'], files: ['src/a.ts'] }]);
  assert.deepEqual(
    body.tasks.map(({ key, hasStarted }: { key: string; hasStarted: boolean }) => [key, hasStarted]),
    [
      ['one', false],
      ['two', false],
      ['old', true],
    ],
  );
});

test('a commit whose verification is under way, or ended early, is not taken for one that passed all', async () => {
  await record.epic(epicView('half', 1, { tasks: [plannedTask('first', 0)] }));
  const verify = ['lint', 'test', 'e2e'].map((name) => ({ name, command: 'true' }));
  const settings = JSON.stringify({ policyHash: 'in force', policy: { verify } });
  await db.updateTable('epics').set({ settings }).where('id', '=', 'half').execute();
  const found = (task_key: string, commit_sha: string, check_name: string, policy_hash: string) => ({
    ...{ epic_id: 'half', task_key, commit_sha, tree_sha: commit_sha, check_name, policy_hash, exit_code: 0 },
    ...{ command: 'true', output: '', verified_by: 'host', started_at: at(1), finished_at: at(1), recorded_at: at(1) },
  });
  const rows = [found('first', NEW, 'test', 'in force'), found('epic', NEW, 'lint', 'in force')];
  await db.insertInto('evidence').values(rows).execute();
  const read = async (path: string) => (await api.ask('GET', path)).body;
  assert.deepEqual((await read('/epics/half/plan')).tasks[0].checked.unrun, ['lint', 'e2e']);
  await db
    .insertInto('evidence')
    .values(found('first', OLD, 'unit', 'of before'))
    .execute();
  assert.deepEqual((await read('/tasks/half.first')).unrun, [{ commitSha: NEW, checks: ['lint', 'e2e'] }]);
  assert.deepEqual((await read('/epics/half')).unrun, [{ commitSha: NEW, checks: ['test', 'e2e'] }]);
  const missing = ['lint', 'e2e'].map((name) => found('first', NEW, name, 'in force'));
  await db.insertInto('evidence').values(missing).execute();
  assert.deepEqual((await read('/tasks/half.first')).unrun, []);
});

/** Findings by criterion as rows: with what the reviewer's transcript bears out, written once however often they come. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { createCriteriaActivities, type RecordCriteriaInput } from '../../activities/criteria/activities.ts';
import { prove } from '../../activities/criteria/prove.ts';
import { createCriteriaOf } from '../../activities/criteria/section.ts';
import { createRecordActivities } from '../../activities/records.ts';
import { readCriteria } from '../../db/reads/criteria.ts';
import { readReviewerWork } from '../../db/reads/reviewer-work.ts';
import { finishToolCall } from '../../db/writes/tool-calls.ts';
import { answerToolCallRows } from '../../db/writes/transcripts.ts';
import { TaskInput } from '../../workflows/contract/plan.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { createDatabase } from '../support/database.ts';
import { addToolCall } from '../support/tool-call.ts';
import { epicView, plannedTask, SHA } from '../support/views.ts';

const { db, drop } = await createDatabase();
after(drop);

const { recordCriteria } = createCriteriaActivities({ db });
const record = (input: RecordCriteriaInput) => new MockActivityEnvironment().run(recordCriteria, input);
const rows = () =>
  db
    .selectFrom('judged_criteria')
    .select(['criterion', 'verdict', 'proof', 'exit_code', 'turn', 'reviewer'])
    .orderBy('criterion')
    .execute();

const REVIEWER = 'abc.schema.review.1';
const of = { epicId: 'abc', taskKey: 'schema', commitSha: SHA, treeSha: SHA, openedBy: REVIEWER };
const acceptance = ['it is tested', 'it is told', 'it is fast', 'it is small'];
const met = (criterion: number, how: string) => ({
  ...{ criterion, text: acceptance[criterion - 1] ?? '', verdict: 'met' as const, how },
});

test('a finding is borne out by what the reviewer ran; the same again changes nothing', async () => {
  const call = (input: object) => addToolCall(db, { name: 'bash', input, worktree: '/w', agentId: REVIEWER });
  const [green, running] = [await call({ command: 'npm test' }), await call({ command: 'npm run slow' })];
  const unbegun = await call({ command: 'npm run refused' });
  await db.updateTable('transcripts').set({ purpose: 'review' }).where('id', '=', REVIEWER).execute();
  const id = { transcript: REVIEWER, turn: green.turn, toolUseId: green.toolUseId };
  await finishToolCall(db, id, { output: 'ok', isError: false, exitCode: 0 });
  // As an interrupt leaves the rest of an answer.
  const refusal = { toolUseId: unbegun.toolUseId, content: 'This call was not carried out.', isError: true };
  await answerToolCallRows(db, { transcript: REVIEWER, turn: unbegun.turn, answers: [refusal] });
  const findings = [met(1, 'npm test'), met(2, 'npm run slow'), met(3, 'npm run refused')];
  await record({ ...of, findings });
  await record({ ...of, findings });
  assert.ok(running.turn > green.turn);
  assert.deepEqual(await rows(), [
    { criterion: 1, verdict: 'met', proof: 'ran', exit_code: 0, turn: green.turn, reviewer: REVIEWER },
    { criterion: 2, verdict: 'met', proof: 'said', exit_code: null, turn: null, reviewer: REVIEWER },
    { criterion: 3, verdict: 'met', proof: 'said', exit_code: null, turn: null, reviewer: REVIEWER },
  ]);
});

test('a later review of a commit replaces what an earlier one found, and another commit’s counts from then on', async () => {
  const one = { ...of, taskKey: 'again', openedBy: 'nobody' };
  const judged = async () => (await readCriteria(db, 'abc', 'again'))('again', acceptance.slice(0, 1))[0]?.judged;
  await record({ ...one, findings: [{ ...met(1, 'npm test'), verdict: 'not_checkable' }] });
  await record({ ...one, findings: [{ ...met(1, 'npm run all'), note: 'all of it' }] });
  const { verdict, how, note } = (await judged()) ?? {};
  assert.deepEqual([verdict, how, note], ['met', 'npm run all', 'all of it']);
  await record({ ...one, commitSha: 'b'.repeat(40), findings: [met(1, 'npm run new')] });
  assert.equal((await judged())?.how, 'npm run new');
});

test('a file that could not be opened was not read', async () => {
  const reviewer = 'abc.schema.review.2';
  const view = (path: string) =>
    addToolCall(db, {
      ...{ name: 'str_replace_based_edit_tool', input: { command: 'view', path } },
      ...{ worktree: '/w', agentId: reviewer },
    });
  const [there, missing] = [await view('/w/src/a.ts'), await view('/w/src/gone.ts')];
  await db.updateTable('transcripts').set({ purpose: 'review' }).where('id', '=', reviewer).execute();
  for (const [call, isError] of [
    [there, false],
    [missing, true],
  ] as const) {
    const id = { transcript: reviewer, turn: call.turn, toolUseId: call.toolUseId };
    await finishToolCall(db, id, { output: isError ? 'There is no such file.' : '1\tconst a = 1;', isError });
  }
  const work = await readReviewerWork(db, { epicId: 'abc', taskKey: 'schema', openedBy: reviewer });
  assert.equal(prove('src/a.ts:1', work).proof, 'read');
  assert.equal(prove('src/gone.ts:1', work).proof, 'said');
});

test('an exit code is shown only when the reviewer names the whole command', () => {
  const ran = (command: string, exitCode: number, turn: number) => ({
    ...{ tool: 'bash', command, path: null, exitCode, turn },
  });
  const work = (...calls: ReturnType<typeof ran>[]) => ({ agentId: REVIEWER, briefs: [], calls });
  const piped = ran('npm test 2>&1 | tail -5', 0, 1);
  assert.deepEqual(prove('npm test', work(piped)), { proof: 'ran', exitCode: null, turn: 1 });
  const alone = ran('npm  test', 0, 2);
  const undone = ran('git stash && npm test', 1, 3);
  assert.deepEqual(prove('`npm test`', work(piped, alone, undone)), { proof: 'ran', exitCode: 0, turn: 2 });
});

test('the text of the pull request says it of each criterion of the task, and of the epic by task', async () => {
  const { recordEpic } = createRecordActivities({ db });
  const tasks = [
    plannedTask('schema', 0, { task: TaskInput.parse({ key: 'schema', title: 'Schema', acceptance }) }),
    plannedTask('bare', 1, { task: TaskInput.parse({ key: 'bare', title: 'Bare' }) }),
    // Skipped: nothing of it is in the epic's pull request.
    plannedTask('skipped', 2, {
      task: TaskInput.parse({ key: 'skipped', title: 'Skipped', acceptance: ['it is there'] }),
      status: { state: 'CANCELLED', phase: '' },
    }),
  ];
  const run = { workflowExecution: { workflowId: 'epic-abc', runId: 'run' } };
  await new MockActivityEnvironment(run).run(recordEpic, {
    ...{ view: epicView('abc', 1, { tasks }), chain: 'run', decisions: [] },
  });
  const criteriaOf = createCriteriaOf(db);
  const lines = [
    '- **met**: it is tested',
    '  ran `npm test`, exit code 0; at aaaaaaaaaaaa',
    '- **met**: it is told',
    '  the reviewer says: `npm run slow`; at aaaaaaaaaaaa',
    '- **met**: it is fast',
    '  the reviewer says: `npm run refused`; at aaaaaaaaaaaa',
    '- **nobody checked**: it is small',
  ].join('\n');
  assert.equal(await criteriaOf({ epicId: 'abc', taskKey: 'schema' }), `## Criteria\n${lines}`);
  assert.equal(await criteriaOf({ epicId: 'abc' }), `## Criteria\n### schema\n${lines}`);
  assert.equal(await criteriaOf({ epicId: 'abc', taskKey: 'bare' }), '');
});

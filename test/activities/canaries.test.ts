/** Made-up secrets that a check, a command, a commit message and a review say are in no row, ref, failure or log. */
import assert from 'node:assert/strict';
import { writeFile } from 'node:fs/promises';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { sql } from 'kysely';
import { createForgeActivities } from '../../activities/forge/activities.ts';
import { createLocalForge } from '../../activities/forge/local.ts';
import { storedWithoutSecrets } from '../../activities/secrets/redact.ts';
import { createBashActivities } from '../../activities/tools/bash.ts';
import { createVerifyActivities } from '../../activities/verify.ts';
import { NO_SANDBOX } from '../../clients/terminal/sandbox.ts';
import { connect } from '../../db/connection.ts';
import { json } from '../../db/json.ts';
import { nextMessage } from '../../db/reads/messages.ts';
import { AsWritten } from '../../db/text.ts';
import { settleMessage, storeMessage } from '../../db/writes/messages.ts';
import { hideIn } from '../../worker/hide-secrets.ts';
import { createLogger } from '../../worker/runtime.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { writeFiles } from '../support/git.ts';
import { inContext, REPOSITORY, toNobody } from '../support/git-stage.ts';
import { MADE_UP } from '../support/made-up-secrets.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';
import { openVerifyStage } from '../support/verify-stage.ts';

const KINDS = ['GITHUB_TOKEN', 'AWS_ACCESS_KEY_ID', 'PRIVATE_KEY', 'URL_PASSWORD', 'JSON_WEB_TOKEN', 'SECRET_SETTING'];
const CANARIES = MADE_UP.filter(([kind]) => KINDS.includes(kind));
const said = CANARIES.map(([, value, around = (it: string) => it]) => around(value)).join('\n');

const { stage, database, terminal, close } = await openVerifyStage({ 'a.txt': 'a\n' });
const db = connect(database.url, { clean: storedWithoutSecrets });
after(async () => {
  await db.destroy();
  await close();
});
await writeFile(join(stage.stateDir, 'canaries'), `${said}\n`);

test('a person’s message is applied as it was sent, and has lost its secrets once it is settled', async () => {
  const message = { epicId: 'canaries', id: 'one', name: 'retryTask', input: { taskKey: 'n', comment: said } };
  await storeMessage(db, message);
  assert.deepEqual((await nextMessage(db, 'canaries'))?.input, message.input);
  await settleMessage(db, 'canaries', 'one', { kind: 'applied', changed: true, message: 'done' });
  const { input } = await db.selectFrom('messages').select('input').executeTakeFirstOrThrow();
  assertHides(JSON.stringify(input), 'the settled message');
  assert.equal((await storeMessage(db, message)).isOther, false, 'the same again is the same');
  assert.equal((await storeMessage(db, { ...message, input: { taskKey: 'm' } })).isOther, true);
});

test('a message whose outcome is lost while it is written is delivered again as it was sent', async () => {
  const message = { epicId: 'lost-outcome', id: 'one', name: 'retryTask', input: { taskKey: 'n', comment: said } };
  const outcome = { kind: 'applied', changed: true, message: 'done' } as const;
  await storeMessage(db, message);
  // Nothing comes of the statement that writes the outcome, as when its process dies before it.
  await sql`create function lose() returns trigger language plpgsql as
    $$ begin raise exception 'the outcome is lost'; end $$`.execute(db);
  await sql`create trigger lose before update on messages for each row when (new.outcome is not null)
    execute function lose()`.execute(db);
  await assert.rejects(settleMessage(db, message.epicId, message.id, outcome), /the outcome is lost/);
  assert.deepEqual((await nextMessage(db, message.epicId))?.input, message.input);
  await sql`drop trigger lose on messages`.execute(db);
  await settleMessage(db, message.epicId, message.id, outcome);
  assert.equal(await nextMessage(db, message.epicId), undefined);
});

/** Of a value of several lines each line counts. */
function assertHides(text: string, where: string): void {
  for (const [kind, value] of CANARIES)
    for (const line of value.split(/\\n|\n/).filter((each) => each.length >= 10 && !each.startsWith('-----')))
      assert.ok(!text.includes(line), `${kind} stands in ${where}`);
}

/** Each row of each table, as text. */
async function everyRow(): Promise<string> {
  const { rows: tables } = await sql<{ name: string }>`
    select table_name as name from information_schema.tables where table_schema = 'public'`.execute(db);
  const rows = await Promise.all(
    tables.map(({ name }) =>
      sql<{ row: string }>`select row_to_json(t)::text as row from ${sql.table(name)} t`.execute(db),
    ),
  );
  return rows.flatMap((each) => each.rows.map(({ row }) => row)).join('\n');
}

const task = {
  ...{ epicId: 'canaries', taskKey: 'one', repository: REPOSITORY, targetBranch: 'main' },
  placement: { host: 'one', epoch: 1 },
};

test('nothing that a check or a command prints, a commit message or a review says stands anywhere', async () => {
  const host = stage.host('one');
  const commands = { sandbox: NO_SANDBOX('of the test'), secretsFile: undefined };
  const { worktree, branch } = await host.prepareWorktree(task);
  await writeFiles(worktree, { 'b.txt': 'b\n' });
  const file = join(stage.stateDir, 'canaries');

  const { bash } = createBashActivities({ db, terminal, host: { stateDir: stage.stateDir, host: 'one' }, commands });
  const command = `echo begin; K='${CANARIES[0]?.[1]}'; echo \${#K}; cat ${file}; : '${said.replaceAll("'", '"')}'`;
  const call = await addToolCall(database.db, { name: 'bash', input: { command }, worktree });
  await db
    .updateTable('agent_turns')
    .set({ content: json([{ type: 'tool_use', id: call.toolUseId, name: 'bash', input: { command } }]) as never })
    .execute();
  await new MockActivityEnvironment().run<[typeof call], unknown, typeof bash>(bash, call);
  const { output, input } = await storedCall(db, call);
  assert.match(output ?? '', /^begin\n20\n\[secret removed: /, 'the command ran as the model wrote it');
  assert.match(JSON.stringify(input), /\[secret removed: GITHUB_TOKEN\]/, 'and is known by what is no secret of it');

  const policy = RepositoryPolicy.parse({ verify: [{ name: 'prints', command: `cat ${file}; exit 1` }] });
  const message = `Add b\n\n${said}`;
  const { headSha } = await host.commitChange({ ...task, worktree, message, key: 'k' });
  const { verify, runSetup } = createVerifyActivities({ db, host: stage.hostOf('one'), terminal, commands });
  const verified = await inContext({ verify }).verify({ ...task, worktree, commitSha: headSha, policy });
  assertHides(JSON.stringify(verified), 'the result of verify');
  assert.match(verified.checks[0]?.said ?? '', /secret removed: GITHUB_TOKEN/);

  const setUp = RepositoryPolicy.parse({ setup: `cat ${file}; exit 1` });
  const lines: string[] = [];
  const logger = createLogger('info', { write: (line) => void lines.push(line) });
  await assert.rejects(inContext({ runSetup }).runSetup({ ...task, worktree, policy: setUp }), (error: Error) => {
    assertHides(`${error.message}${error.stack}`, 'a failure');
    logger.error({ error: new Error(`${error.message}\n${said}`) }, said);
    return true;
  });
  assert.match(lines.join(''), /secret removed: GITHUB_TOKEN/);
  assertHides(lines.join(''), 'a log');

  assert.deepEqual(await host.pushBranch({ ...task, worktree, branch, headSha }), { secrets: [] });
  const repositories = { [REPOSITORY]: { path: stage.source.path } };
  const forge = createLocalForge({ db, stateDir: stage.stateDir, repositories });
  const { openPullRequest, reviewPullRequest } = inContext(createForgeActivities({ forge, ...toNobody }));
  const opening = { ...task, head: branch, base: 'main', title: `One ${CANARIES[0]?.[1]}`, body: said };
  const { number } = await openPullRequest(opening);
  const review = { verdict: 'approve' as const, summary: said, comments: [{ path: 'b.txt', line: 1, body: said }] };
  await reviewPullRequest({ repository: REPOSITORY, number, key: 'r', headSha, review });

  const rows = await everyRow();
  assert.ok(rows.includes('secret removed: GITHUB_TOKEN') && rows.includes(headSha));
  assertHides(rows, 'the database');
  const pushed = await stage.mirror.git('log', '--all', '-p', '--format=%B');
  assert.match(pushed, /Add b\n\n\[secret removed: /);
  assertHides(pushed, 'a pushed ref');
});

test('a failure keeps its class while its words, causes and details lose their secrets', () => {
  const error = new TypeError(said, { cause: new Error(said) });
  hideIn(error);
  assert.ok(error instanceof TypeError && error.cause instanceof Error);
  assertHides(`${error.message}${error.stack}${error.cause.message}${error.cause.stack}`, 'a failure');
});

test('what is still to be carried out is stored as it is, and everything else without secrets', async () => {
  const value = { text: `a\n${said}` };
  const { rows } = await sql<{ kept: unknown; clean: unknown; plain: string; list: string[] }>`
    select ${new AsWritten(value)}::jsonb as kept, ${json(value)} as clean, ${said}::text as plain,
      ${[said]}::text[] as list`.execute(db);
  assert.deepEqual(rows[0]?.kept, value);
  for (const part of ['clean', 'plain', 'list'] as const) assertHides(JSON.stringify(rows[0]?.[part]), part);
});

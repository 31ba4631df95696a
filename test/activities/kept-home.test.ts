/** What set-up makes is there for checks and for the Worker, in the home of its commands too, and for the next commit where it is kept. */
import assert from 'node:assert/strict';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { createBashActivities } from '../../activities/tools/bash.ts';
import type { VerifyResult } from '../../activities/verify.ts';
import { findSandbox } from '../../clients/terminal/sandbox-probe.ts';
import { RepositoryPolicy } from '../../workflows/contract/settings.ts';
import type { VerifyInput } from '../../workflows/contract/verification.ts';
import { MockActivityEnvironment } from '../support/activity-environment.ts';
import { writeFiles } from '../support/git.ts';
import { addToolCall, storedCall } from '../support/tool-call.ts';
import { openVerifyStage } from '../support/verify-stage.ts';

const FILES = { lock: '1\n', 'a.txt': 'a\n', '.gitignore': 'modules/\n' };

const { stage, database, terminal, activitiesIn, place: begin, close } = await openVerifyStage(FILES);
after(close);
const systemDir = join(stage.stateDir, 'system');
const sandbox = await findSandbox({ setting: 'auto', readable: [], hidden: [], systemDir });
assert.equal(sandbox.kind, 'bubblewrap', `These tests need a sandbox: ${sandbox.description}`);
const activities = () => activitiesIn(sandbox);

let calls = 0;
const environment = () => new MockActivityEnvironment({ activityId: `home-${++calls}` });

/** A task of its own epic with its worktree. */
const placed = async (...given: Parameters<typeof begin>) => (await begin(...given)).place;

type Place = Awaited<ReturnType<typeof placed>>;
/** Hands in a change of this file; returns the output of the check, which must be green. */
async function verified(place: Place, setup: unknown, verify: string, files: Record<string, string>): Promise<string> {
  await writeFiles(place.worktree, files);
  const { headSha: commitSha } = await stage.host('one').commitChange({ ...place, message: 'Work', key: `${++calls}` });
  const input = { ...place, commitSha, policy: RepositoryPolicy.parse({ setup, verify }) };
  const { verify: run } = activities();
  const { checks } = await environment().run<[VerifyInput], VerifyResult, typeof run>(run, input);
  assert.deepEqual(
    checks.map(({ exitCode }) => exitCode),
    [0],
    JSON.stringify(checks),
  );
  const rows = database.db.selectFrom('evidence').select('output').where('commit_sha', '=', commitSha);
  return (await rows.executeTakeFirstOrThrow()).output;
}

const MAKE = 'mkdir -p ~/.tool/deep && cp lock ~/.tool/deep/lock && date +%s%N >~/.tool/made && chmod a-w ~/.tool/deep';
const LOOK = 'cmp lock ~/.tool/deep/lock && test ! -e ~/.cache && echo >~/.cache && cat ~/.tool/made';

test('a check finds the home of set-up, and nothing of the home of another commit', async () => {
  const place = await placed('forgets');
  const first = await verified(place, MAKE, LOOK, { 'k.txt': '1' });
  const second = await verified(place, MAKE, LOOK, { 'k.txt': '2' });
  assert.notEqual(second, first);
});

test('a home that is kept is as set-up left it for each commit, whatever checks did to it', async () => {
  const place = await placed('keeps');
  const setup = { run: MAKE, keep: ['~/.tool'], while: ['lock'] };
  const first = await verified(place, setup, LOOK, { 'k.txt': '3' });
  assert.equal(await verified(place, setup, LOOK, { 'k.txt': '4' }), first, 'set-up had nothing to make');
  await verified(place, setup, 'echo spoiled >~/.tool/made; chmod -R u+w ~/.tool; rm -r ~/.tool/deep', {
    'k.txt': '5',
  });
  assert.equal(await verified(place, setup, LOOK, { 'k.txt': '6' }), first, 'it was copied again');
  const other = await placed('keeps-too');
  assert.notEqual(await verified(other, setup, LOOK, { 'k.txt': '7' }), first, 'made by the code of another task');
  assert.notEqual(await verified(place, setup, LOOK, { lock: '2\n' }), first, 'made for another file');
  const [one, two] = [await placed('base-1', { knowsBase: true }), await placed('base-2', { knowsBase: true })];
  const ofBase = await verified(one, setup, LOOK, { 'k.txt': '8' });
  assert.equal(await verified(two, setup, LOOK, { 'k.txt': '9' }), ofBase, 'that of the base is for both');
});

test('set-up of one task serves no other task, and that of the base serves all with the same files', async () => {
  const run = 'mkdir -p modules; cat a.txt >modules/made; date +%s%N >>modules/made';
  const setup = { run, keep: ['modules'], while: ['lock'] };
  const made = (place: Place, files: Record<string, string>, more = '') =>
    verified(place, { ...setup, run: run + more }, 'cat modules/made', files);
  assert.match(await made(await placed('alone-1'), { 'a.txt': 'one\n' }), /^one\n/);
  assert.match(await made(await placed('alone-2'), { 'k.txt': '10' }), /^a\n/);

  const onBase = (epicId: string) => placed(epicId, { knowsBase: true });
  const [first, second, third] = [await onBase('shares-1'), await onBase('shares-2'), await onBase('shares-3')];
  const ofBase = await made(first, { 'a.txt': 'first\n' });
  assert.match(ofBase, /^a\n/, 'what the base says');
  assert.equal(await made(second, { 'a.txt': 'second\n' }), ofBase, 'once for both');
  const own = await made(third, { 'a.txt': 'third\n', lock: '3\n' });
  assert.match(own, /^third\n/);
  assert.equal(await made(third, { 'k.txt': '11' }), own);
  assert.match(await made(second, { 'k.txt': '12' }), /^a\n/);

  for (const more of ['; test "$(head -n 1 modules/made)" != a', '; echo >made-too']) {
    assert.match(await made(first, { 'k.txt': more }, more), /^first\n/, 'it fails on the base, or leaves more there');
    assert.match(await made(second, { 'k.txt': more }, more), /^second\n/);
  }
  const red = database.db.selectFrom('evidence').select('epic_id').where('exit_code', '!=', 0);
  assert.deepEqual(await red.execute(), [], 'what fails on the base is no evidence of a commit');
});

test('the Worker has the home of set-up; who only looks has none of it', async () => {
  const place = await placed('shares');
  const policy = RepositoryPolicy.parse({ setup: 'echo made >~/.made' });
  await environment().run(activities().runSetup, { ...place, policy });
  const { bash } = createBashActivities({
    ...{ db: database.db, host: { stateDir: stage.stateDir, host: 'one' }, terminal },
    commands: { sandbox, secretsFile: undefined },
  });
  const said = async (readOnly: boolean, agentId: string) => {
    const command = 'cat ~/.made; echo agent >>~/.made';
    const call = await addToolCall(database.db, {
      name: 'bash',
      input: { command },
      worktree: place.worktree,
      agentId,
    });
    await environment().run(bash, { ...call, ...place, policy, readOnly });
    return (await storedCall(database.db, call)).output;
  };
  assert.equal(await said(false, 'shares.only.implement.1'), 'made');
  assert.equal(await said(false, 'shares.only.implement.2'), 'made\nagent');
  assert.match((await said(true, 'shares.only.review.3')) ?? '', /No such file/);
});

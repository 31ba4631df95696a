/**
 * The demo's epic, recorded and replayed: the same requests, the same merged tree, no call outside the recording; and with
 * another prompt, the first turn that it matters to.
 */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { absolute } from '../../config/files.ts';
import { exec } from '../../exec.ts';
import { environmentOf } from '../../local/stack/environment.ts';
import { readProcesses } from '../../local/stack/process-list.ts';
import { Recording } from '../../workflows/contract/recording.ts';
import { stackVariables } from '../support/stack.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-replay-'));
const file = path.join(folder, 'demo.json');
const demoState = path.join(folder, 'state', 'demo');
let recording: Recording;

/** A command with a stack of its own under this state folder, until it ends. */
async function factory(state: string, variables: Record<string, string>, ...args: string[]) {
  const env = { ...(await stackVariables(path.join(folder, state))), SANDBOX: 'off', ...variables };
  const { exitCode, stdout, stderr } = await exec({
    file: process.execPath,
    args: [absolute('bin/factory.js'), ...args],
    env: { ...environmentOf(loadConfig(env)), DATABASE_URL: '', TEMPORAL_ADDRESS: '', ...env },
    timeoutMs: 280_000,
  });
  return { exitCode, stderr, last: stdout.trim().split('\n').at(-1) ?? '' };
}

after(async () => {
  if (readProcesses(demoState).length > 0) await factory('state', { STATE_DIR: demoState }, 'stop', '--commands');
  rmSync(folder, { recursive: true, force: true });
});

test('the demo is recorded, with nothing in it of this machine', async () => {
  const variables = await stackVariables(path.join(folder, 'state'));
  const demo = await factory('state', variables, 'demo', '--yes', '--keep', '--json');
  assert.equal(demo.exitCode, 0, demo.stderr);
  const { epicId, repository, mergedSha } = JSON.parse(demo.last);
  const recorded = await factory('state', variables, 'record', epicId, '--to', file);
  assert.equal(recorded.exitCode, 0, recorded.stderr);
  const stopped = await factory('state', { ...variables, STATE_DIR: demoState }, 'stop', '--commands');
  assert.equal(stopped.exitCode, 0, stopped.stderr);

  const text = readFileSync(file, 'utf8');
  assert.ok(!text.includes(folder), 'no path of this machine');
  recording = Recording.parse(JSON.parse(text));
  const args = ['--git-dir', repository, 'rev-parse', `${mergedSha}^{tree}`];
  const tree = await exec({ file: 'git', args, cwd: folder, timeoutMs: 10_000 });
  assert.equal(recording.epic.mergedTree, tree.stdout.trim());
});

test('replayed as it is, it is the same; with another prompt, the first turn with that prompt is named', async () => {
  const changed = path.join(folder, 'changed.json');
  // The first prompt that is used, since a replay ends where it departs.
  const { plan } = recording.prompts;
  assert.ok(plan !== undefined);
  const sentence = 'Few tasks, each one whole';
  assert.ok(plan.system.includes(sentence));
  const system = plan.system.replace(sentence, 'Many tasks, each one small');
  writeFileSync(
    changed,
    JSON.stringify({ ...recording, prompts: { ...recording.prompts, plan: { ...plan, system } } }),
  );

  const [same, other] = await Promise.all([
    factory('same', {}, 'replay', file, '--yes', '--json'),
    factory('other', {}, 'replay', changed, '--yes', '--json'),
  ]);
  assert.equal(same.exitCode, 0, `${same.last}\n${same.stderr}`);
  const all = recording.agents.flatMap(({ turns }) => turns).length;
  const { calls, turns, mergedTree } = JSON.parse(same.last);
  assert.deepEqual(turns, { recorded: all, played: all });
  assert.equal(calls, all, 'nothing was asked that is not in the recording');
  assert.equal(mergedTree.now, recording.epic.mergedTree);

  assert.equal(other.exitCode, 7, `${other.last}\n${other.stderr}`);
  const { differences } = JSON.parse(other.last);
  const planner = recording.agents.find(({ purpose }) => purpose === 'plan');
  assert.equal(differences.length, 1);
  assert.equal(differences[0].kind, 'prompt');
  assert.equal(differences[0].turn, 1);
  assert.equal(differences[0].agent, planner?.id);
  assert.match(differences[0].diff, /^-.*Many tasks, each one small[\s\S]*^\+.*Few tasks, each one whole/m);
});

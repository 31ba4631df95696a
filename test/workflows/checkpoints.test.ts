/** Checkpoints that cannot be had are shown and hold nothing up; work with a secret goes back to its Worker. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { ApplicationFailure } from '@temporalio/common';
import { answer, handInAtOnce, submitWork, tasks } from './answers.ts';
import { openStage } from './stage.ts';

const stage = await openStage();
after(() => stage.close());

const SECRET = { kind: 'GITHUB_TOKEN', file: 'src/a.js', line: 3 };
const logOf = async (epicId: string) => {
  return (await stage.decisions(epicId)).map(({ decision, reason }) => `${decision} (${reason})`);
};
const missing = (log: string[], ...wanted: string[]) => wanted.filter((line) => !log.includes(line));

test('a full disk, a forge that is away and a secret cost a checkpoint each, and the work goes on', async () => {
  let tries = 0;
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      return turn === 4 ? submitWork : answer({ name: 'bash' });
    },
    checkpoint: (turn) => {
      if (turn === 1) {
        tries += 1;
        throw ApplicationFailure.retryable('No space is left', 'DiskFull');
      }
      return turn === 2 ? { sha: 'abc', pushed: false } : { pushed: false, secrets: [SECRET] };
    },
  });
  const handle = await stage.start('kept', { title: 'Kept', tasks: tasks({ k: [] }) });
  await handle.result();
  const wanted = [
    'no checkpoint of turn 1 (No space is left)',
    'the checkpoint of turn 2 is on this host only (the forge does not answer)',
    'no checkpoint of turn 3: it holds what looks like a secret (GITHUB_TOKEN in src/a.js:3)',
  ];
  assert.deepEqual(missing(await logOf('kept'), ...wanted), []);
  assert.equal(tries, 6, 'a worker process that is killed a few times costs no checkpoint');
  assert.equal(stage.merged('kept').length, 1);
});

test('the last change of a turn takes its checkpoint along, and what became of it is told; else it is a step of its own', async () => {
  const asked: string[] = [];
  stage.play({
    takeTurn: ({ purpose, turn }) => {
      if (purpose !== 'implement') return undefined;
      const look = { name: 'str_replace_based_edit_tool', readOnly: true };
      return turn === 5 ? submitWork : answer({ name: 'bash' }, { name: 'bash' }, look);
    },
    bash: ({ turn, toolUseId, checkpoint }) => {
      if (checkpoint !== undefined) asked.push(`${turn} ${toolUseId}`);
    },
    checkpointWithCall: (turn) => {
      if (turn === 1) return { sha: 'abc', pushed: true };
      if (turn === 2) return { sha: 'abc', pushed: false, leftOut: ['huge.bin'] };
      return turn === 3 ? { pushed: false, secrets: [SECRET] } : undefined;
    },
  });
  const handle = await stage.start('along', { title: 'Along', tasks: tasks({ k: [] }) });
  await handle.result();
  const wanted = [
    'the checkpoint of turn 2 is on this host only (the forge does not answer)',
    'left out of the checkpoint (huge.bin)',
    'no checkpoint of turn 3: it holds what looks like a secret (GITHUB_TOKEN in src/a.js:3)',
  ];
  assert.deepEqual(missing(await logOf('along'), ...wanted), []);
  assert.deepEqual(asked, ['1 call-1', '2 call-1', '3 call-1', '4 call-1'], 'the second command of each turn');
  assert.deepEqual(
    stage.log.filter((line) => line.startsWith('checkpoint along/')),
    ['checkpoint along/k 4'],
  );
});

test('a secret in what was handed in is a round of the same Worker, and after the last a person’s matter', async () => {
  stage.play({
    takeTurn: handInAtOnce,
    pushBranch: (key, run) => (key === 'leaky' || run === 1 ? [SECRET] : undefined),
  });
  const handle = await stage.start('secret', { title: 'Secret', tasks: tasks({ once: [], leaky: [] }) });
  const request = await stage.asked('secret', 'failed-task', 'leaky');
  assert.match(request.question, /a secret was found more than 2 times/);
  assert.deepEqual(stage.briefs('leaky'), ['implement', 'secrets', 'secrets']);
  assert.deepEqual(stage.briefs('once'), ['implement', 'secrets', 'review']);
  const told = 'once was not pushed: it holds what looks like a secret (GITHUB_TOKEN in src/a.js:3)';
  assert.deepEqual(missing(await logOf('secret'), told), []);
  assert.equal(stage.log.includes('push leaky'), false);
  await handle.cancel();
  await assert.rejects(handle.result());
});

test('a value that the Worker kept is one question, and what a person allowed is allowed in all of the epic', async () => {
  const kept = { ...SECRET, hash: 'a1b2c3d4e5f60718', shown: 'ghp_…' };
  const allowed: (readonly string[])[] = [];
  stage.play({
    takeTurn: handInAtOnce,
    pushBranch: (_key, _run, hashes = []) => {
      allowed.push(hashes);
      return hashes.includes(kept.hash) ? undefined : [kept];
    },
  });
  const handle = await stage.start('kept-value', { title: 'Kept', tasks: tasks({ first: [], second: ['first'] }) });
  const request = await stage.asked('kept-value', 'question');
  assert.match(request.question, /GITHUB_TOKEN “ghp_…” in src\/a\.js:3/);
  assert.deepEqual(request.options, ['allow', 'retry', 'cancel']);
  assert.deepEqual(stage.briefs('first'), ['implement', 'secrets'], 'its Worker was told once before');
  await stage.respond('kept-value', request.requestId, 'allow');
  await handle.result();
  const told = stage.log.filter((line) => /^brief (first|second) secrets$/.test(line));
  assert.deepEqual(told, ['brief first secrets'], 'no Worker is told of it again');
  assert.deepEqual(allowed.slice(0, 2), [[], []]);
  assert.ok(
    allowed.slice(2).every((hashes) => hashes.includes(kept.hash)),
    'tasks that start later know of it',
  );
});

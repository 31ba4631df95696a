/** One folder is the local forge, whichever worker process asks. */
import assert from 'node:assert/strict';
import { cp, mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { forgeHomeProblem } from '../../activities/forge/local-folder.ts';
import { createDatabase } from '../support/database.ts';

const { db, drop } = await createDatabase();
const folder = await mkdtemp(path.join(tmpdir(), 'factory-home-'));
after(async () => {
  await drop();
  await rm(folder, { recursive: true });
});
const machine = (name: string) => ({ stateDir: path.join(folder, name), host: name });

test('the first folder is the forge; another one is refused with what to do, until it is shared', async () => {
  const first = machine('first');
  const together = await Promise.all([forgeHomeProblem(db, first), forgeHomeProblem(db, first)]);
  assert.deepEqual([...together, await forgeHomeProblem(db, first)], [undefined, undefined, undefined]);

  const second = machine('second');
  for (let start = 1; start <= 2; start += 1) {
    const problem = await forgeHomeProblem(db, second);
    assert.match(problem ?? '', /first\/forge of host first; .*second\/forge of host second is another folder/);
    assert.match(problem ?? '', /Share .*first\/forge with this machine|FORGE=github/);
  }
  await cp(path.join(first.stateDir, 'forge'), path.join(second.stateDir, 'forge'), { recursive: true });
  assert.equal(await forgeHomeProblem(db, second), undefined);
});

test('a folder that was emptied is no longer the forge', async () => {
  const first = machine('first');
  await rm(path.join(first.stateDir, 'forge'), { recursive: true });
  assert.match((await forgeHomeProblem(db, first)) ?? '', /delete the row of table forge_home/);
  await db.deleteFrom('forge_home').execute();
  assert.equal(await forgeHomeProblem(db, first), undefined);
});

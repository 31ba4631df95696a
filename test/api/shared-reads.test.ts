/** Many who look at one epic read it together: what it costs does not grow with the number of open pages. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { absentTemporal, createApi, type TestApi } from '../support/api.ts';
import { createStatementCount } from '../support/count-statements.ts';
import { createDatabase, type TestDatabase } from '../support/database.ts';
import { recorder } from '../support/recording.ts';
import { epicView, plannedTask, taskView } from '../support/views.ts';

let database: TestDatabase;
let api: TestApi;
const statements = createStatementCount();

before(async () => {
  database = await createDatabase();
  api = await createApi(database.db.withPlugin(statements.plugin), absentTemporal());
  await recorder(database.db).epic(epicView('shop', 1, { tasks: [plannedTask('first', 0)] }));
});
after(async () => {
  await api.close();
  await database.drop();
});

const read = () => api.ask('GET', '/epics/shop');

test('thirty who ask at once cost no more than two', async () => {
  await read();
  statements.count = 0;
  await read();
  const alone = statements.count;
  assert.ok(alone > 0);
  statements.count = 0;
  const answers = await Promise.all(Array.from({ length: 30 }, read));
  assert.ok(answers.every(({ status, body }) => status === 200 && body.tasks.length === 1));
  assert.ok(statements.count <= 2 * alone, `${statements.count} statements, where one takes ${alone}`);
});

test('nobody is given what was read before they asked', async () => {
  for (let version = 1; version <= 10; version += 1) {
    const before = read();
    await recorder(database.db).task(taskView('shop', 'first', version, { phase: `phase ${version}` }));
    const { body } = await read();
    assert.equal(body.tasks[0].phase, `phase ${version}`);
    await before;
  }
});

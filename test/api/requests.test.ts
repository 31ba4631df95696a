/** Human requests: what each holds up and what its epic has cost, and the settled ones page by page. */
import assert from 'node:assert/strict';
import { after, before, test } from 'node:test';
import { sql } from 'kysely';
import { openRecordedApi } from '../support/recorded-api.ts';
import { agentView, epicView, humanRequest, plannedTask, taskView } from '../support/views.ts';

const minute = (number: number) => `2026-01-01T00:${String(number).padStart(2, '0')}:00.000Z`;
const { api, close, db, record } = await openRecordedApi();
after(close);

before(async () => {
  const planned = (key: string, position: number, dependsOn: string[]) =>
    plannedTask(key, position, { task: { ...plannedTask(key, position).task, dependsOn } });
  const tasks = [
    planned('first', 0, []),
    planned('second', 1, ['first']),
    planned('third', 2, ['second']),
    planned('other', 3, []),
  ];
  const requests = [
    humanRequest('ask', { kind: 'question', taskKey: 'first', askedAt: minute(9) }),
    humanRequest('cap', { kind: 'budget', askedAt: minute(10) }),
  ];
  await record.epic(epicView('shop', 1, { tasks, requests }));
  const hold = (kind: 'person' | 'budget', since: string) => ({ hold: { kind, reason: 'waits', since } });
  await record.task(taskView('shop', 'first', 1, hold('person', minute(8))));
  await record.task(taskView('shop', 'other', 1));
  for (const [id, more] of [
    ['shop.first.implement.1', {}],
    ['shop.other.implement.1', hold('budget', minute(11))],
    ['shop.first.implement.0', { state: 'FAILED' as const, closedAt: minute(2) }],
  ] as const) {
    await record.agent(agentView(id, 1, more));
  }
  await sql`insert into ledger (transcript, turn, call, epic_id, model, reserved_microusd, settled_microusd, outcome, settled_at)
    values ('shop.first.implement.1', 1, 1, 'shop', 'm', 1500000, 1500000, 'answered', now())`.execute(db);
  await sql`insert into budgets (epic_id, cap_microusd) values ('shop', 2000000)`.execute(db);
  const settled = [0, 1, 1, 2, 3].map((number, index) =>
    humanRequest(`old${index}`, {
      ...{
        state: index === 4 ? ('withdrawn' as const) : ('answered' as const),
        askedAt: minute(0),
        closedAt: minute(number),
      },
      answer: { requestId: `old${index}`, decision: 'approve', by: 'ann', comment: 'fine', at: minute(number) },
    }),
  );
  await record.epic(epicView('old', 1, { requests: settled }));
});

type Row = Record<string, string>;
async function ask(query: string) {
  const { status, body } = await api.ask('GET', `/human-requests${query}`);
  assert.equal(status, 200, query);
  return body;
}
const ids = async (query: string) => (await ask(query)).map(({ requestId }: Row) => requestId);

test('an open request tells what it holds up since when, and what its epic has cost', async () => {
  const [question, budget] = await ask('');
  assert.deepEqual([question.requestId, question.epicCostUsd, question.epicCapUsd], ['ask', 1.5, 2]);
  assert.deepEqual(
    question.holdsUp.tasks.map(({ key, since }: Row) => [key, since]),
    [
      ['first', minute(8)],
      ['second', minute(9)],
      ['third', minute(9)],
    ],
  );
  assert.deepEqual(question.holdsUp.agents, [{ id: 'shop.first.implement.1', since: minute(9) }]);
  assert.deepEqual(budget.holdsUp, { tasks: [], agents: [{ id: 'shop.other.implement.1', since: minute(11) }] });
});

test('settled ones are found, newest first, with who answered what', async () => {
  const settled = await ask('?state=settled');
  assert.deepEqual(
    settled.map(({ requestId }: Row) => requestId),
    ['old4', 'old3', 'old1', 'old2', 'old0'],
  );
  const { answer, closedAt, holdsUp } = settled[1];
  assert.deepEqual(
    [answer.by, answer.decision, answer.comment, answer.at, closedAt],
    ['ann', 'approve', 'fine', minute(2), minute(2)],
  );
  assert.equal(holdsUp, null);
});

test('pages neither lose nor repeat what was settled in the same moment', async () => {
  const pages: string[][] = [];
  for (let before = ''; ; ) {
    const page = await ask(`?state=settled&limit=1${before}`);
    if (page.length === 0) break;
    pages.push(page.map(({ requestId }: Row) => requestId));
    before = `&before=${page.at(-1).closedAt}`;
  }
  assert.deepEqual(pages, [['old4'], ['old3'], ['old1', 'old2'], ['old0']]);
});

test('several states may be asked for, each by its name', async () => {
  assert.deepEqual(await ids('?state=withdrawn'), ['old4']);
  assert.deepEqual(await ids('?state=withdrawn&state=open'), ['cap', 'ask', 'old4']);
  assert.deepEqual(await ids('?state=settled&state=open&epicId=shop'), ['cap', 'ask']);
  assert.equal((await api.ask('GET', '/human-requests?state=shut')).status, 400);
  assert.equal((await api.ask('GET', '/human-requests?before=soon')).status, 400);
  assert.equal((await api.ask('GET', '/human-requests?before=0000-01-01T00:00:00Z')).status, 400);
});

/** A budget is a wall: with a model whose every answer costs its upper bound, the call that could pass it is not made. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { waitFor } from '../support/wait-for.ts';
import type { SharedStack } from './shared-stack.ts';

const TITLE = 'Cost what it may';
const bash = (command: string) => ({ tools: [{ tool: 'bash', input: { command } }] });
const submit = { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: 'Count' } }] };
const turns = [...[1, 2, 3, 4].map((number) => bash(`echo ${number} >> count.txt`)), submit];
const tasks = [{ key: 'count', title: 'Count' }];
/** Fewer bytes than a call could save, and less money than any call costs. */
const SLACK_MICRO_USD = 1_000;
export const BUDGET_EPIC = { title: TITLE, tasks: { count: { implement: [turns] } } };

/** From its first test on, every answer of the stack's model costs its upper bound. */
export function budgetTests(stack: SharedStack): void {
  let cap = 0;

  const ledger = (epicId: string) =>
    stack.factory.db.selectFrom('ledger').selectAll().where('epic_id', '=', epicId).orderBy('created_at').execute();
  const used = async (epicId: string) =>
    (await ledger(epicId)).reduce((sum, entry) => sum + (entry.settled_microusd ?? entry.reserved_microusd), 0);
  const callsFor = (epicId: string) =>
    stack.factory.model.calls.filter(({ situation }) => situation?.epic.id === epicId);

  test('an epic with enough money shows what each call may cost, and costs exactly that', async () => {
    stack.model.exactBound = true;
    await stack.factory.submit({ title: TITLE, tasks }, 'rich');
    await stack.factory.request('rich', 'merge');
    const entries = await ledger('rich');
    assert.deepEqual(
      entries.map(({ settled_microusd }) => settled_microusd),
      entries.map(({ reserved_microusd }) => reserved_microusd),
    );
    cap = entries.slice(0, 3).reduce((sum, entry) => sum + entry.reserved_microusd, SLACK_MICRO_USD);
  });

  test('with three upper bounds the epic stops before the fourth call and asks', async () => {
    await stack.factory.submit({ title: TITLE, tasks, budgetUsd: cap / 1_000_000 }, 'poor');
    const request = await stack.factory.request('poor', 'budget');
    assert.match(request.question, /The budget is used up: .* Raise it to at least \$\d/);
    assert.deepEqual(request.options, ['raise', 'cancel']);
    assert.equal(callsFor('poor').length, 3);
    assert.equal(await used('poor'), cap - SLACK_MICRO_USD);

    // Epic and agent tell of themselves, each in its own time.
    const waits = async () => {
      const { data: task } = await stack.factory.api.GET('/tasks/{id}', { params: { path: { id: 'poor.count' } } });
      return task?.agents.map(({ state, hold }) => `${state} ${hold?.kind}`).join() === 'WAITING budget';
    };
    await waitFor(waits, { timeoutMs: 20_000, what: 'the one agent to say that it waits for a larger budget' });
  });

  test('a cap that is not larger is refused, and changes nothing', async () => {
    const same = await stack.factory.cli('budget', 'raise', 'poor', String(cap / 1_000_000));
    assert.equal(same.exitCode, 2, same.stderr);
    assert.match(same.stderr, /the cap must be more than/);
    assert.equal((await stack.factory.epic('poor'))?.requests[0]?.kind, 'budget');
  });

  test('factory budget raise lets it go on to its end, within the new cap', async () => {
    const raised = 2 * (await used('rich'));
    const done = await stack.factory.cli('budget', 'raise', 'poor', String(raised / 1_000_000), '--by', 'me');
    assert.equal(done.exitCode, 0, done.stderr);
    await stack.factory.respond('poor', await stack.factory.request('poor', 'merge'), 'approve');
    const { cost } = await stack.factory.completed('poor');
    assert.equal(await stack.factory.repository.git('show', 'main:count.txt'), '1\n2\n3\n4');
    assert.equal(cost.capUsd, raised / 1_000_000);
    assert.equal(cost.reservedUsd, 0);
    assert.ok(cost.settledUsd > cap / 1_000_000 && cost.settledUsd <= raised / 1_000_000);
    assert.equal(callsFor('poor').length, callsFor('rich').length);
  });
}

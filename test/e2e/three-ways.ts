/** An epic comes in by HTTP, by the command line or by Temporal's own, and is the same everywhere afterwards. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import type { SharedStack } from './shared-stack.ts';

const IDS = ['byhttp', 'bycli', 'byhand'] as const;
const DESCRIPTION = 'tasks: 2';

/** Needs a stack without epics. */
export function threeWaysTests(stack: SharedStack): void {
  test('each of the three ways starts an epic', async () => {
    const posted = await fetch(`${stack.factory.apiUrl}/epics`, {
      method: 'POST',
      headers: { 'content-type': 'application/json', 'idempotency-key': 'byhttp' },
      body: JSON.stringify({ title: 'Given byhttp', description: DESCRIPTION }),
    });
    assert.equal(posted.status, 202);
    assert.equal(posted.headers.get('location'), '/epics/byhttp');

    const submitted = await stack.factory.cli(
      'submit',
      '-t',
      'Given bycli',
      '-d',
      DESCRIPTION,
      '--key',
      'bycli',
      '--json',
    );
    assert.equal(submitted.exitCode, 0, submitted.stderr);

    const input = JSON.stringify({ title: 'Given byhand', description: DESCRIPTION });
    const what = [
      '--task-queue',
      'factory',
      '--type',
      'epicWorkflow',
      '--workflow-id',
      'epic-byhand',
      '--input',
      input,
    ];
    const started = await stack.factory.temporalCli('workflow', 'start', ...what);
    assert.equal(started.exitCode, 0, started.stderr);
  });

  test('each runs to its approval and shows up alike in API and command line', async () => {
    const requests = await Promise.all(IDS.map((id) => stack.factory.request(id, 'merge')));
    assert.deepEqual(new Set(requests.map(({ options }) => options.join())).size, 1);

    const epics = await Promise.all(IDS.map((id) => stack.factory.epic(id)));
    for (const [index, id] of IDS.entries()) {
      const epic = epics[index];
      assert.equal(epic?.title, `Given ${id}`);
      assert.equal(epic?.state, 'IN_PROGRESS');
      assert.equal(epic?.hold?.kind, 'person');
      assert.deepEqual(
        epic?.tasks.map(({ key, state }) => [key, state]),
        [
          ['part-1', 'COMPLETED'],
          ['part-2', 'COMPLETED'],
        ],
      );
      assert.equal(epic?.pullRequests.length, 3);
      const shown = await stack.factory.cli('show', id, '--json');
      assert.deepEqual(JSON.parse(shown.stdout), epic);
    }

    const { data: listed } = await stack.factory.api.GET('/epics');
    const printed = await stack.factory.cli('list', '--json');
    assert.deepEqual(JSON.parse(printed.stdout), listed);
    assert.deepEqual(listed?.map(({ id }) => id).sort(), [...IDS].sort());
  });

  test("the Web UI's sources say it in words: a task table as details, a summary on every activity and timer", async () => {
    const metadata = await stack.factory.temporalCli(
      'workflow',
      'metadata',
      '--workflow-id',
      'epic-byhand',
      '-o',
      'json',
    );
    assert.equal(metadata.exitCode, 0, metadata.stderr);
    const [answer] = (JSON.parse(metadata.stdout) as { queryResult: { currentDetails: string }[] }).queryResult;
    const { currentDetails = '' } = answer ?? {};
    assert.match(currentDetails, /^\*\*Given byhand\*\* \(byhand\) IN_PROGRESS/);
    assert.match(currentDetails, /^\| task \|.* state \|.*$/m);
    assert.match(currentDetails, /^\| .*part-2.* \| COMPLETED \| merged \|/m);
    assert.match(currentDetails, /\*\*Waits for a person\*\*\n- \*\*/);

    const workflows = ['epic-byhand', 'epic-byhand/task-part-1', 'agent-byhand.part-1.implement.1'];
    const summaries = await Promise.all(workflows.map((id) => summariesOf(id)));
    for (const [index, all] of summaries.entries()) {
      assert.ok(all.length > 0, `${workflows[index]} has activities`);
      assert.deepEqual(
        all.filter(({ summary }) => summary.length < 3).map(({ type }) => type),
        [],
      );
    }
    assert.ok(summaries[0]?.some(({ type }) => type === 'timer'));
    const bash = summaries[2]?.find(({ type }) => type === 'bash');
    assert.equal(bash?.summary, 'mkdir -p factory-notes && ls factory-notes');
  });

  test('a signal by hand, the command line and HTTP approve', async () => {
    const signal = ['--workflow-id', 'epic-byhand', '--name', 'approve', '--input', '{"by":"me"}'];
    const signalled = await stack.factory.temporalCli('workflow', 'signal', ...signal);
    assert.equal(signalled.exitCode, 0, signalled.stderr);
    const approved = await stack.factory.cli('approve', 'bycli', '--yes', '--by', 'me');
    assert.equal(approved.exitCode, 0, approved.stderr);
    await stack.factory.respond('byhttp', await stack.factory.request('byhttp', 'merge'), 'approve');

    for (const id of IDS) {
      const { mergedSha } = await stack.factory.completed(id);
      await stack.factory.repository.git('merge-base', '--is-ancestor', String(mergedSha), 'main');
      for (const part of ['part-1', 'part-2']) {
        const note = await stack.factory.repository.git('show', `main:factory-notes/${id}-${part}.md`);
        assert.match(note, new RegExp(`Part of: Given ${id}`));
      }
    }
    const { data: log } = await stack.factory.api.GET('/epics/{id}/log', { params: { path: { id: 'byhand' } } });
    assert.deepEqual(
      log?.filter(({ decision }) => decision.startsWith('merge:')).map(({ actor, decision }) => [actor, decision]),
      [['me', 'merge: approve']],
    );
  });

  /** What the Web UI shows beside each activity and timer. */
  async function summariesOf(workflowId: string): Promise<{ type: string; summary: string }[]> {
    const { events } = await stack.factory.temporal.workflow.getHandle(workflowId).fetchHistory();
    return (events ?? []).flatMap((event) => {
      const activity = event.activityTaskScheduledEventAttributes?.activityType?.name;
      const type = activity ?? (event.timerStartedEventAttributes ? 'timer' : undefined);
      const summary = event.userMetadata?.summary?.data;
      if (type === undefined) return [];
      return [{ type, summary: summary ? String(JSON.parse(Buffer.from(summary).toString('utf8'))) : '' }];
    });
  }
}

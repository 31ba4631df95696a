/** Words to an issue that meet refusals: of one of them, and of the key. Linear is the double, and time is skipped. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { loadConfig } from '../../config.ts';
import type { Word } from '../../workflows/contract/issue-news.ts';
import { failureMessage, failureType } from '../../workflows/failure.ts';
import { API_KEY, startLinear } from '../support/linear/server.ts';
import type { StoredIssue } from '../support/linear/store.ts';
import { waitFor } from '../support/wait-for.ts';
import { tasks } from './answers.ts';
import { openStage } from './stage.ts';

const linear = await startLinear();
const stage = await openStage({ skipsTime: true, linear: loadConfig(linear.variables).linear });
after(async () => {
  await stage.close();
  await linear.close();
});

const bodies = (issue: StoredIssue) => linear.said(issue).map(({ body }) => body);

test('a word that is refused is left out and named, and those after it are said in their order', async () => {
  const issue = linear.store.addIssue();
  const words: Word[] = [
    { key: 'first', kind: 'comment', body: 'first' },
    { key: 'lost', kind: 'comment', body: 'to nothing that was said', about: 'nothing' },
    { key: 'gone', kind: 'move', to: 'completed', issue: 'ENG-4711' },
    { key: 'second', kind: 'comment', body: 'second' },
    { key: 'completed', kind: 'move', to: 'completed' },
  ];
  const told = stage.client.workflow.execute('tellIssueWorkflow', {
    ...{ taskQueue: 'factory', workflowId: 'tell' },
    args: [{ epicId: 'none', sourceId: issue.identifier, words }],
  });
  await assert.rejects(told, (error: unknown) => {
    assert.ok(error instanceof WorkflowFailedError);
    assert.equal(failureType(error.cause), 'TrackerRefused');
    assert.match(failureMessage(error.cause), /lost \(.*top-level.*\); gone \(.*not found/i);
    return true;
  });
  assert.deepEqual(bodies(issue), ['first', 'second']);
  assert.equal(issue.state.type, 'completed');
});

test('a refused key uses up no word: all are said when it is mended', async () => {
  const issue = linear.store.addIssue();
  linear.setKey('another');
  const source = { tracker: 'linear', id: issue.identifier };
  await stage.start('keyless', { title: 'Keyless', source, tasks: tasks({ only: [] }), requireApproval: ['merge'] });
  const { requestId } = await stage.asked('keyless', 'merge');
  const keys = ['started', 'plan', 'pull-request', `request-${requestId}`];
  const areSaidLater = async (state: string) => {
    for (const key of keys) {
      const look = () => stage.client.workflow.getHandle(`epic-keyless/tell-${key}`).describe();
      const isIn = () =>
        look().then(
          ({ status }) => status.name === state,
          () => false,
        );
      await waitFor(isIn, { timeoutMs: 40_000, what: `${key} said later: ${state}` });
    }
  };
  await areSaidLater('RUNNING');
  assert.deepEqual(bodies(issue), []);
  linear.setKey(API_KEY);
  await stage.environment.sleep('10 minutes');
  await areSaidLater('COMPLETED');
  assert.equal(issue.state.type, 'started');
  assert.deepEqual(
    bodies(issue)
      .map((body) => /\*\*(.+?)\*\*/.exec(body)?.[1])
      .toSorted(),
    ['A person is asked', 'Plan', 'Pull request'],
  );
  await stage.handle('keyless').signal('approve', { by: 'me' });
  await stage.handle('keyless').result();
});

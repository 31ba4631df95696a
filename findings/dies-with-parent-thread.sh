#!/usr/bin/env bash
# Shows without the product that bubblewrap's --die-with-parent means the thread that started it, not the process.
#
# Guess: a sandbox with `--die-with-parent` lives as long as the process that started it, so that it can be left running by
# any part of that process. But the kernel's parent-death signal counts threads: when Node starts bubblewrap in a worker
# thread (a pool, a test runner with threads) and that thread ends, the command within is killed although the process goes
# on; nobody is told, and who asks by signal 0 still finds it, a zombie that no thread reaps. The remedy: start sandboxes in
# the main thread, or from a program of their own, and read the state of a process before calling it alive.
#
# Needs Linux, Node 20 or newer and bubblewrap. Exits 1 when what is seen is not as told any more. Not a part of CI.
set -euo pipefail

folder=$(mktemp -d)
trap 'rm -rf "$folder"' EXIT

bwrap --version
echo "Node $(node --version)"
echo 'guess: the sandbox is alive as long as the process that started it'

cat >"$folder/main.mjs" <<'JS'
import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { readFileSync } from 'node:fs';
import { setTimeout as pause } from 'node:timers/promises';
import { isMainThread, parentPort, Worker, workerData } from 'node:worker_threads';

/** Says once the command is running, which is when it has printed a line. */
async function startSandbox(options) {
  const argv = ['--ro-bind', '/', '/', '--dev', '/dev', ...options, 'sh', '-c', 'echo running; exec sleep 30'];
  // A group of its own, by which the command can be ended too.
  const child = spawn('bwrap', argv, { stdio: ['ignore', 'pipe', 'inherit'], detached: true });
  await once(child.stdout, 'data');
  return child.pid;
}

async function stateOf(pid) {
  // The kernel ends it at once; the wait is for one that lives on, which nothing announces.
  await pause(1_000);
  let isFound = true;
  try {
    process.kill(pid, 0);
  } catch {
    isFound = false;
  }
  let state = 'gone';
  try {
    const letter = readFileSync(`/proc/${pid}/stat`, 'utf8').split(') ')[1][0];
    state = letter === 'Z' ? 'killed' : 'alive';
  } catch {}
  return `${state}, by signal 0 ${isFound ? 'found' : 'not found'}`;
}

if (isMainThread) {
  const seen = {};
  for (const [name, options] of [['with', ['--die-with-parent']], ['without', []]]) {
    const thread = new Worker(new URL(import.meta.url), { workerData: options });
    const [pid] = await once(thread, 'message');
    thread.postMessage('end');
    await once(thread, 'exit');
    seen[name] = await stateOf(pid);
    console.log(`seen, ${name} the option, its thread ended: ${seen[name]}`);
    if (seen[name].startsWith('alive')) process.kill(-pid, 'SIGKILL');
  }
  const pid = await startSandbox(['--die-with-parent']);
  seen.main = await stateOf(pid);
  console.log(`seen, with the option, from the main thread: ${seen.main}`);
  process.kill(-pid, 'SIGKILL');
  const told = ['killed, by signal 0 found', 'alive, by signal 0 found', 'alive, by signal 0 found'];
  process.exit([seen.with, seen.without, seen.main].join() === told.join() ? 0 : 1);
} else {
  parentPort.postMessage(await startSandbox(workerData));
  await once(parentPort, 'message');
  process.exit();
}
JS
node "$folder/main.mjs" || {
  echo 'This is not what was told any more.' >&2
  exit 1
}

#!/usr/bin/env node
/** The command `factory`: plain JavaScript for any Node, which goes on with one that runs TypeScript. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import { fileURLToPath } from 'node:url';

const main = new URL('../cli/main.ts', import.meta.url);
const projectNode = fileURLToPath(new URL('../node_modules/.bin/node', import.meta.url));
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (!existsSync(new URL('../node_modules/commander', import.meta.url))) {
  fail('The dependencies are not installed. Run `npm ci` in the checkout first.');
} else if (major >= 24 || (runsTypeScript && !existsSync(projectNode))) {
  await import(main.href);
} else if (existsSync(projectNode)) {
  goOnWith(projectNode);
} else {
  fail(
    `FactoryFactory needs Node 22.18 or newer, and this is ${process.version}.\n` +
      'Run `npm ci` without --omit=optional, which brings Node 24 into node_modules, or install Node 24.',
  );
}

/** @param {string} node */
function goOnWith(node) {
  const child = spawn(node, [fileURLToPath(main), ...process.argv.slice(2)], { stdio: 'inherit' });
  // A terminal sends Ctrl-C to both; without one, only this process has heard it.
  process.on('SIGINT', () => process.stdin.isTTY || child.kill('SIGINT'));
  for (const signal of /** @type {const} */ (['SIGTERM', 'SIGHUP'])) process.on(signal, () => child.kill(signal));
  child.on('error', (error) => {
    fail(`The project's Node does not start (${error.message}). Run \`npm ci\` again, or install Node 24.`);
  });
  child.on('exit', (code, signal) => {
    if (signal === null) {
      process.exitCode = code ?? 1;
    } else {
      process.removeAllListeners(signal);
      process.kill(process.pid, signal);
    }
  });
}

/** @param {string} message */
function fail(message) {
  console.error(message);
  process.exitCode = 1;
}

#!/usr/bin/env node
/** What `factory` runs: plain JavaScript for any Node, which goes on with one that runs TypeScript. */
import { spawn } from 'node:child_process';
import { existsSync } from 'node:fs';
import module from 'node:module';
import { join } from 'node:path';
import { fileURLToPath } from 'node:url';

const modules = fileURLToPath(new URL('../node_modules', import.meta.url));
const projectNode = join(modules, '.bin', 'node');
const [major = 0, minor = 0] = process.versions.node.split('.').map(Number);
const runsTypeScript = major > 22 || (major === 22 && minor >= 18);

if (!existsSync(join(modules, 'commander'))) {
  fail('The dependencies are not installed. Run `npm ci` in the checkout first.');
} else if (major >= 24 || (runsTypeScript && !existsSync(projectNode))) {
  keepCompiled();
  await import('../cli/main.ts');
} else if (existsSync(projectNode)) {
  goOnWith(projectNode);
} else {
  fail(
    `FactoryFactory needs Node 22.18 or newer, and this is ${process.version}.\n` +
      'Run `npm ci` without --omit=optional, which brings Node 24 into node_modules, or install Node 24.',
  );
}

/** Most of a start is compiling, so what is compiled is kept: in the checkout, or for the user where that is read-only. */
function keepCompiled() {
  // biome-ignore lint/style/noProcessEnv: runs on any Node, which may not load TypeScript
  const { HOME, XDG_CACHE_HOME } = process.env;
  const own = XDG_CACHE_HOME || (HOME && join(HOME, '.cache'));
  for (const cache of [join(modules, '.cache'), ...(own ? [own] : [])]) {
    const { status } = module.enableCompileCache(join(cache, 'factoryfactory', 'compiled'));
    if (status !== module.constants.compileCacheStatus.FAILED) return;
  }
}

/** @param {string} node */
function goOnWith(node) {
  const child = spawn(node, process.argv.slice(1), { stdio: 'inherit' });
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

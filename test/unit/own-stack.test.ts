/** A stack that a command starts for itself: ports of its own, and no server that this machine's settings name. */
import assert from 'node:assert/strict';
import { once } from 'node:events';
import { mkdtempSync, rmSync } from 'node:fs';
import { createServer } from 'node:net';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { loadConfig } from '../../config/config.ts';
import { demoConfig } from '../../local/stack/demo.ts';
import { ownStackConfig } from '../../local/stack/own-stack.ts';
import { freePort } from '../../local/stack/ports.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-own-stack-'));
const GIVEN = {
  TEMPORAL_ADDRESS: 'cloud.example:7233',
  TEMPORAL_PROFILE: 'mine',
  TEMPORAL_CONFIG_FILE: path.join(folder, 'temporal.toml'),
  TEMPORAL_NAMESPACE: 'mine',
  TEMPORAL_API_KEY: 'key',
  TEMPORAL_TLS_SERVER_NAME: 'cloud.example',
};
after(() => rmSync(folder, { recursive: true, force: true }));

const base = loadConfig({ STATE_DIR: path.join(folder, 'state') });
const own = {
  demo: () => demoConfig(base, undefined),
  replay: () => ownStackConfig(base, 'replay', () => ({})),
};

test('a stack of its own takes other ports than those that another one has', async () => {
  const ports = await Promise.all([1, 2, 3, 4, 5].map(() => freePort()));
  const [BACKEND_PORT, FRONTEND_PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT, POSTGRES_PORT] = ports.map(String);
  const given = { BACKEND_PORT, FRONTEND_PORT, TEMPORAL_PORT, TEMPORAL_UI_PORT, POSTGRES_PORT };
  const usual = loadConfig({ STATE_DIR: path.join(folder, 'usual'), ...given });
  const servers = ports.map((port) => createServer().listen(port, '127.0.0.1'));
  await Promise.all(servers.map((server) => once(server, 'listening')));
  const taken = await ownStackConfig(usual, 'replay', () => ({}));
  await Promise.all(servers.map((server) => once(server.close(), 'close')));
  for (const [part, port] of Object.entries(taken.ports)) assert.ok(!ports.includes(port), `${part} at ${port}`);
  assert.deepEqual((await ownStackConfig(usual, 'replay', () => ({}))).ports, usual.ports);
});

for (const [name, configOf] of Object.entries(own)) {
  test(`Temporal is embedded in a ${name}, whatever names another one`, async () => {
    const before = { ...process.env };
    try {
      for (const [variable, value] of Object.entries(GIVEN)) {
        Object.assign(process.env, { [variable]: value });
        const { temporal } = await configOf();
        assert.deepEqual([temporal.embedded, temporal.namespace], [true, 'default'], variable);
        assert.match(temporal.address, /^127\.0\.0\.1:\d+$/);
        assert.equal(temporal.connection.apiKey, undefined);
        delete process.env[variable];
      }
    } finally {
      for (const variable of Object.keys(GIVEN)) delete process.env[variable];
      Object.assign(process.env, before);
    }
  });
}

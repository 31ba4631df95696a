/** The short way to the API's address and token says what loadConfig says, or leaves it to loadConfig. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import fc from 'fast-check';
import { readApiAccess } from '../../config/api.ts';
import { ConfigError, loadConfig } from '../../config/config.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-access-'));
after(() => rmSync(folder, { recursive: true }));
const tokenFile = path.join(folder, 'token');
writeFileSync(tokenFile, 'in-a-file-0123456789\n');

function whole(env: Record<string, string>) {
  try {
    const { apiUrl, apiToken } = loadConfig(env);
    return { apiUrl, apiToken };
  } catch (error) {
    if (error instanceof ConfigError) return undefined;
    throw error;
  }
}

test('defaults, ports, addresses and tokens are what they are in the whole configuration', () => {
  const token = '0123456789abcdef';
  for (const env of [
    {},
    { BACKEND_PORT: '4001' },
    { FACTORY_API_URL: 'https://factory.example.org/api/', API_TOKEN: token },
    { FACTORY_API_URL: '', BACKEND_PORT: '', API_TOKEN_FILE: tokenFile },
  ]) {
    assert.deepEqual(readApiAccess(env), whole(env));
    assert.notEqual(readApiAccess(env), undefined);
  }
});

test('whatever is given, it says the same or nothing', () => {
  const url = fc.oneof(
    fc.webUrl(),
    fc.string(),
    fc.stringMatching(/^(https?|ftp):\/{1,3}[a-zA-Z0-9.:@%_-]{0,12}(:\d{0,6})?\/{0,2}[a-z?# /]{0,4}$/),
  );
  const port = fc.oneof(fc.nat(70_000).map(String), fc.stringMatching(/^[-+ 0-9e.x]{1,6}$/));
  const env = fc.record(
    {
      FACTORY_API_URL: url,
      BACKEND_PORT: port,
      API_TOKEN: fc.string({ maxLength: 20 }),
      API_TOKEN_FILE: fc.constantFrom(tokenFile, '/nowhere', ''),
    },
    { requiredKeys: [] },
  );
  fc.assert(
    fc.property(env, (given) => {
      const short = readApiAccess(given);
      if (short !== undefined) {
        // Of two parts on one port only the whole configuration knows.
        const { BACKEND_PORT: _, ...rest } = given;
        assert.deepEqual(short, whole(given) ?? { ...whole(rest), apiUrl: short.apiUrl });
      }
    }),
    { numRuns: 200 },
  );
});

/** Who gets in: addresses to listen on, what is configured, and who calls. */
import assert from 'node:assert/strict';
import { mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { after, test } from 'node:test';
import { refuseOpenDoor } from '../../config/access.ts';
import { loadConfig } from '../../config/config.ts';
import { connect } from '../../db/connection.ts';
import { absentTemporal, createApi } from '../support/api.ts';

const TOKEN = 'made-up-token-of-a-test';
const folder = mkdtempSync(join(tmpdir(), 'factory-door-'));
const tokenFile = join(folder, 'token');
writeFileSync(tokenFile, `${TOKEN}\n`);
const db = connect('postgres://nobody@127.0.0.1:9/nothing');
after(async () => {
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const INSIDE = ['127.0.0.1', '127.1.2.3', 'localhost', '::1'];
const OUTSIDE = ['0.0.0.0', '::', '192.168.1.5', 'factory.example.org', '127.0.0.1.evil.example', '1127.0.0.1'];
const GUARDS: Record<string, Record<string, string>> = {
  nothing: {},
  'a token': { API_TOKEN: TOKEN },
  'a token in a file': { API_TOKEN_FILE: tokenFile },
  'something else': { ALLOW_UNAUTHENTICATED: '1' },
};

for (const [guard, variables] of Object.entries(GUARDS)) {
  test(`with ${guard} before it the API may listen on ${guard === 'nothing' ? 'this machine only' : 'any address'}`, () => {
    const open = (host: string) => refuseOpenDoor(loadConfig({ BACKEND_HOST: host, ...variables }));
    for (const host of INSIDE) open(host);
    for (const host of OUTSIDE) {
      if (guard === 'nothing')
        assert.throws(() => open(host), /BACKEND_HOST: given .*API_TOKEN.*ALLOW_UNAUTHENTICATED=1/);
      else open(host);
    }
  });
}

interface Caller {
  readonly name: string;
  readonly headers: Record<string, string>;
  /** Without a token in the configuration, and with one. */
  readonly status: readonly [number, number];
}

// Past the door PostgreSQL is away: 503.
const CALLERS: readonly Caller[] = [
  { name: 'loopback without a token', headers: {}, status: [503, 401] },
  { name: 'the right token', headers: { authorization: `Bearer ${TOKEN}` }, status: [503, 503] },
  {
    name: 'the right token, the scheme in small letters',
    headers: { authorization: `bearer ${TOKEN}` },
    status: [503, 503],
  },
  { name: 'a wrong token', headers: { authorization: `Bearer ${TOKEN}x` }, status: [503, 401] },
  { name: 'an empty token', headers: { authorization: 'Bearer ' }, status: [503, 401] },
  { name: 'another scheme', headers: { authorization: `Basic ${btoa(`me:${TOKEN}`)}` }, status: [503, 401] },
  { name: 'the token in another header', headers: { 'x-api-token': TOKEN }, status: [503, 401] },
  {
    name: 'another host name with the right token',
    headers: { host: 'evil.example', authorization: `Bearer ${TOKEN}` },
    status: [403, 403],
  },
  {
    name: 'a foreign page with the right token',
    headers: { origin: 'https://evil.example', authorization: `Bearer ${TOKEN}` },
    status: [403, 403],
  },
];

for (const [nth, apiToken] of [undefined, TOKEN].entries()) {
  test(`callers of an API ${apiToken === undefined ? 'without' : 'with'} a token`, async () => {
    const api = await createApi(db, absentTemporal(), { apiToken, answerWithinMs: 300 });
    for (const { name, headers, status } of CALLERS) {
      for (const [method, url] of [
        ['GET', '/epics'],
        ['POST', '/epics/abc/pause'],
        ['GET', '/hosts'],
      ] as const) {
        const answer = await api.ask(method, url, undefined, headers);
        assert.equal(answer.status, status[nth], `${name}: ${method} ${url}`);
        assert.doesNotMatch(JSON.stringify(answer.body), new RegExp(TOKEN));
      }
    }
    const docs = await api.ask('GET', '/docs/json');
    assert.equal(docs.status, apiToken === undefined ? 200 : 401);
    const unknown = await api.ask('GET', '/nothing');
    assert.equal(unknown.status, apiToken === undefined ? 404 : 401);
    // A container's health check has no token.
    assert.equal((await api.ask('GET', '/health/live')).status, 200);
    assert.equal((await api.ask('GET', '/health')).status, 503);
    await api.close();
  });
}

test('a token that cannot be used is named, and not repeated', () => {
  writeFileSync(join(folder, 'short'), 'short-secret');
  const wrong: [Record<string, string>, RegExp][] = [
    [{ API_TOKEN: 'short-secret' }, /API_TOKEN: given a secret; allowed: a secret of at least 16/],
    [{ API_TOKEN: 'with a blank in its midst' }, /API_TOKEN: given a secret/],
    [{ API_TOKEN_FILE: join(folder, 'short') }, /API_TOKEN_FILE: given a secret; allowed: a file with a secret of/],
    [{ API_TOKEN_FILE: join(folder, 'none') }, /API_TOKEN_FILE: given ENOENT.*the path of a file that can be read/],
    [{ API_TOKEN_FILE: tokenFile, API_TOKEN: TOKEN }, /API_TOKEN_FILE: given .*nothing, since API_TOKEN is set/],
  ];
  for (const [variables, words] of wrong) {
    assert.throws(
      () => loadConfig(variables),
      (error: Error) => {
        assert.match(error.message, words);
        assert.doesNotMatch(error.message, /short-secret|blank in/);
        return true;
      },
    );
  }
});

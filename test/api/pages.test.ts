/** The server of the pages: its files and headers, the API beside them, and signing in with a cookie. */
import assert from 'node:assert/strict';
import { mkdirSync, mkdtempSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, before, test } from 'node:test';
import { sessionOf } from '../../api/auth.ts';
import { buildPages } from '../../api/pages.ts';
import { buildServer } from '../../api/server.ts';
import { connect } from '../../db/connection.ts';
import { absentTemporal } from '../support/api.ts';

const TOKEN = 'a-token-for-tests';
const folder = mkdtempSync(path.join(tmpdir(), 'factory-pages-'));
const db = connect('postgres://nobody@127.0.0.1:9/nothing');
const ends: (() => Promise<unknown>)[] = [];
let origin: string;
let empty: string;

/** On a port of its own, since only a connection can tell what a browser would get. */
async function serve(pagesFolder: string): Promise<string> {
  const api = await buildServer({
    db,
    temporal: absentTemporal(),
    allowedHosts: [],
    apiToken: TOKEN,
    logLevel: 'silent',
  });
  await api.ready();
  const pages = await buildPages({ api, folder: pagesFolder });
  ends.push(
    () => pages.close(),
    () => api.close(),
  );
  return await pages.listen({ host: '127.0.0.1', port: 0 });
}

before(async () => {
  mkdirSync(path.join(folder, 'assets'));
  mkdirSync(path.join(folder, 'empty'));
  writeFileSync(path.join(folder, 'index.html'), '<title>pages</title>');
  writeFileSync(path.join(folder, 'assets', 'main-1a2b.js'), 'export {};');
  [origin, empty] = await Promise.all([serve(folder), serve(path.join(folder, 'empty'))]);
});

after(async () => {
  for (const end of ends) await end();
  await db.destroy();
  rmSync(folder, { recursive: true });
});

const get = (url: string, headers: Record<string, string> = {}) => fetch(`${origin}${url}`, { headers });
const post = (url: string, body: unknown, headers: Record<string, string> = {}) =>
  fetch(`${origin}${url}`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', ...headers },
    body: JSON.stringify(body),
  });

test('every address that is no file is the page, which finds its own way', async () => {
  for (const url of ['/', '/epics/abc', '/tasks/abc.schema', '/apiary']) {
    const answer = await get(url);
    assert.equal(answer.status, 200, url);
    assert.match(await answer.text(), /<title>pages/, url);
    assert.equal(answer.headers.get('cache-control'), 'no-cache');
  }
  assert.equal((await get('/assets/gone-9.js')).status, 404);
  assert.equal((await get('/../package.json')).status, 200, 'nothing but the page is outside of the folder');
});

test('assets may be kept for ever, since their names change with their content', async () => {
  assert.match((await get('/assets/main-1a2b.js')).headers.get('cache-control') ?? '', /immutable/);
});

test('no script but the built ones, no frame, nothing from elsewhere', async () => {
  for (const url of ['/', '/assets/main-1a2b.js', '/assets/gone-9.js']) {
    const { headers } = await get(url);
    const policy = headers.get('content-security-policy') ?? '';
    assert.match(policy, /default-src 'none'; script-src 'self';/, url);
    assert.match(policy, /frame-ancestors 'none'/, url);
    assert.doesNotMatch(policy, /unsafe-eval|script-src[^;]*unsafe-inline|https?:/, url);
    assert.equal(headers.get('x-content-type-options'), 'nosniff');
  }
});

test('nobody puts a frame around the API and its documentation', async () => {
  for (const url of ['/api/health/live', '/api/docs/static/index.html', '/api/nothing']) {
    const { headers } = await get(url);
    assert.equal(headers.get('x-frame-options'), 'DENY', url);
    assert.equal(headers.get('x-content-type-options'), 'nosniff', url);
  }
});

test('pages that are not built say how to build them', async () => {
  const answer = await fetch(`${empty}/epics`);
  assert.equal(answer.status, 503);
  assert.match(await answer.text(), /npm run setup/);
});

test('the API is beside the pages, under its own rules', async () => {
  assert.equal((await get('/api/health/live')).status, 200);
  assert.equal((await get('/api/epics')).status, 401);
  const answer = await get('/api/nothing', { authorization: `Bearer ${TOKEN}` });
  assert.equal(answer.status, 404);
  assert.match(await answer.text(), /There is no route GET \/nothing/);
});

test('a browser signs in once, with a cookie that no script reads and no other site sends', async () => {
  assert.equal((await post('/api/session', { token: 'another' })).status, 401);
  const signedIn = await post('/api/session', { token: TOKEN });
  assert.equal(signedIn.status, 200);
  const set = signedIn.headers.get('set-cookie') ?? '';
  assert.match(set, /; HttpOnly; SameSite=Strict/);
  assert.ok(!set.includes(TOKEN), 'other servers of the host are sent the cookie too');
  const cookie = set.split(';')[0] ?? '';
  assert.equal((await get('/api/health', { cookie })).status, 503, 'Temporal and PostgreSQL are away');
  assert.equal((await get('/api/nothing', { cookie })).status, 404);
  assert.equal((await get('/api/nothing', { cookie, 'sec-fetch-site': 'same-origin' })).status, 404);
  assert.equal((await get('/api/nothing', { cookie, origin })).status, 404);
});

test('the cookie does not count for what another page asks, on this machine too', async () => {
  const cookie = `factory-session-${new URL(origin).port}=${sessionOf(TOKEN)}`;
  assert.equal((await get('/api/nothing', { cookie })).status, 404);
  for (const site of ['same-site', 'cross-site']) {
    assert.equal((await get('/api/nothing', { cookie, 'sec-fetch-site': site })).status, 401, site);
  }
  assert.equal((await get('/api/nothing', { cookie, origin: 'http://127.0.0.1:1' })).status, 401);
  assert.equal((await post('/api/epics/abc/pause', {}, { cookie, origin: 'http://localhost:5173' })).status, 401);
  for (const other of [TOKEN, '%', '', `${sessionOf(TOKEN)}x`]) {
    const name = cookie.split('=')[0];
    assert.equal((await get('/api/nothing', { cookie: `${name}=${other}` })).status, 401, other);
  }
  assert.equal((await get('/api/nothing', { authorization: `Bearer ${sessionOf(TOKEN)}` })).status, 401);
});

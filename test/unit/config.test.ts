/** The configuration: defaults, every mistake at once, and its documentation. */
import assert from 'node:assert/strict';
import { mkdtempSync, readFileSync, rmSync, writeFileSync } from 'node:fs';
import { tmpdir } from 'node:os';
import path from 'node:path';
import { after, test } from 'node:test';
import { sandboxProblem } from '../../clients/terminal/sandbox-probe.ts';
import { ConfigError, loadConfig } from '../../config/config.ts';
import { unknownNames } from '../../config/dotenv.ts';
import { absolute, type Mistake } from '../../config/files.ts';
import { isRefusedPort } from '../../config/refused-ports.ts';
import { VARIABLES } from '../../config/variables.ts';
import { environmentOf, withheldFrom } from '../../local/stack/environment.ts';

const folder = mkdtempSync(path.join(tmpdir(), 'factory-config-'));
after(() => rmSync(folder, { recursive: true }));

/** Writes a FACTORY_CONFIG and answers with its path. */
function yaml(text: string): string {
  const file = path.join(folder, `${crypto.randomUUID()}.yaml`);
  writeFileSync(file, text);
  return file;
}

function mistakes(env: Record<string, string>): readonly Mistake[] {
  try {
    loadConfig(env);
  } catch (error) {
    if (error instanceof ConfigError) return error.mistakes;
    throw error;
  }
  return [];
}

test('an empty environment is the embedded stack on the example', () => {
  const config = loadConfig({});
  assert.equal(config.databaseEmbedded && config.temporal.embedded, true);
  assert.equal(config.stateDir, absolute('.factory'));
  assert.deepEqual(config.repositories, { example: { path: absolute('.factory/example.git') } });
  assert.deepEqual(config.approvals, ['merge']);
  assert.equal(config.apiUrl, 'http://127.0.0.1:3001');
  assert.throws(() => Object.assign(config.ports, { backend: 1 }), TypeError);
});

test('every wrong variable is reported in one error, with what was given and what is allowed', () => {
  const env = {
    BACKEND_PORT: '99999',
    MAX_TASKS: '1.5',
    BUDGET_USD: '-3',
    SANDBOX: 'no',
    REQUIRE_HUMAN_APPROVAL: 'plan,mrge',
    ANTHROPIC_BASE_URL: 'localhost:1',
    TMUX_SOCKET_PATH: 'x'.repeat(108),
  };
  const found = mistakes(env);
  assert.deepEqual(found.map((mistake) => mistake.variable).sort(), Object.keys(env).sort());
  assert.ok(found.every((mistake) => mistake.allowed.length > 5));
  assert.match(new ConfigError(found).message, /BACKEND_PORT: given "99999"; allowed: a whole number from 1 to 65535/);
});

test('a port for HTTP that fetch would refuse is refused here, and no other', async () => {
  const refused = Array.from({ length: 65_536 }, (_, port) => port).filter(isRefusedPort);
  const asksFetch = (port: number) =>
    fetch(`http://127.0.0.1:${port}`, { signal: AbortSignal.timeout(2_000) }).then(
      () => false,
      ({ cause }) => cause?.message === 'bad port',
    );
  for (const port of refused) assert.equal(await asksFetch(port), true, `${port}`);
  for (const port of [3000, 5062, 6001, 10_079, 10_081]) assert.equal(await asksFetch(port), false, `${port}`);
  for (const variable of ['BACKEND_PORT', 'FRONTEND_PORT', 'TEMPORAL_UI_PORT']) {
    assert.match(String(mistakes({ [variable]: '10080' })[0]?.allowed), /none that browsers refuse/);
  }
  assert.deepEqual(mistakes({ POSTGRES_PORT: '6000' }), []);
});

test('secrets are not repeated in errors', () => {
  const found = mistakes({ DATABASE_URL: 'mysql://me:hunter2@db/x', ANTHROPIC_API_KEY: '  ' });
  assert.equal(found.length, 2);
  assert.ok(!new ConfigError(found).message.includes('hunter2'));
  const unescaped = ['postgres://me:hun/ter2@db/x', 'mysql://me:hun:ter2@db/x', 'mysql://me:hun@ter2@db/x'];
  for (const url of [...unescaped, 'host=db password=hunter2', 'mysql://db/x?user=me&password=hunter2']) {
    const [mistake] = mistakes({ DATABASE_URL: url });
    assert.ok(mistake !== undefined, url);
    assert.doesNotMatch(mistake.given, /hun|ter2/);
  }
  assert.deepEqual(
    mistakes({ BUDGET_TOKENS: 'many', CLAUDE_MAX_TOKENS: 'more' }).map(({ given }) => given),
    ['"more"', '"many"'],
  );
});

test('an empty variable counts as not set', () => {
  assert.equal(loadConfig({ DATABASE_URL: '', TEMPORAL_ADDRESS: '' }).temporal.embedded, true);
});

test('approvals are true, false or a list', () => {
  assert.deepEqual(loadConfig({ REQUIRE_HUMAN_APPROVAL: 'true' }).approvals, ['plan', 'merge']);
  assert.deepEqual(loadConfig({ REQUIRE_HUMAN_APPROVAL: 'false' }).approvals, []);
  assert.deepEqual(loadConfig({ REQUIRE_HUMAN_APPROVAL: 'plan' }).approvals, ['plan']);
  assert.deepEqual(loadConfig({ REQUIRE_HUMAN_APPROVAL: 'merge, questions: off' }).approvals, [
    'merge',
    'questions:off',
  ]);
});

test('the Supervisor agent retries once by default, and is off, an adviser, or what the list says', () => {
  const supervisor = (env: Record<string, string>) => loadConfig(env).supervisor;
  assert.deepEqual(supervisor({}), { may: ['retry'], budgetUsd: 2 });
  assert.equal(supervisor({ SUPERVISOR: 'off' }), undefined);
  assert.deepEqual(supervisor({ SUPERVISOR: 'advise' })?.may, []);
  assert.deepEqual(supervisor({ SUPERVISOR: 'retry, add_task', SUPERVISOR_BUDGET_USD: '0.5' }), {
    may: ['retry', 'add_task'],
    budgetUsd: 0.5,
  });
  for (const wrong of ['approve', 'merge', 'retry,approve', 'ask_human', 'raise', 'true']) {
    assert.deepEqual(
      mistakes({ SUPERVISOR: wrong }).map(({ variable }) => variable),
      ['SUPERVISOR'],
      wrong,
    );
  }
});

test('two parts on one port are refused', () => {
  assert.deepEqual(
    mistakes({ BACKEND_PORT: '7233' }).map((mistake) => mistake.variable),
    ['BACKEND_PORT'],
  );
});

test('a Temporal address, key and namespace go to the connection, with TLS', () => {
  const { temporal } = loadConfig({
    TEMPORAL_ADDRESS: 'cloud.example:7233',
    TEMPORAL_API_KEY: 'key',
    TEMPORAL_NAMESPACE: 'mine',
  });
  assert.deepEqual(
    [temporal.embedded, temporal.address, temporal.namespace, temporal.connection.apiKey, temporal.connection.tls],
    [false, 'cloud.example:7233', 'mine', 'key', true],
  );
  assert.equal(mistakes({ TEMPORAL_ADDRESS: 'http://localhost:7233' }).length, 1);
});

test('the Web UI of Temporal is where it is said to be, or the embedded one for browsers of this machine; else unknown', () => {
  const uiUrl = (env: Record<string, string>) => loadConfig(env).temporal.uiUrl;
  assert.equal(uiUrl({ TEMPORAL_UI_PORT: '8000' }), 'http://127.0.0.1:8000');
  assert.equal(uiUrl({ BACKEND_HOST: '0.0.0.0' }), undefined);
  assert.equal(uiUrl({ TEMPORAL_ADDRESS: 'cloud.example:7233' }), undefined);
  const TEMPORAL_UI_URL = 'https://temporal.example/ui/';
  assert.equal(uiUrl({ TEMPORAL_UI_URL, BACKEND_HOST: '0.0.0.0' }), 'https://temporal.example/ui');
  assert.deepEqual(
    mistakes({ TEMPORAL_UI_URL: 'javascript:alert(1)' }).map(({ variable }) => variable),
    ['TEMPORAL_UI_URL'],
  );
  // The API is told by whoever starts it, which names the embedded server's address, too.
  assert.equal(loadConfig(environmentOf(loadConfig({}))).temporal.uiUrl, 'http://127.0.0.1:8233');
});

test('several repositories come from a file, whose paths are relative to it', () => {
  const file = yaml('repositories:\n  shop: { path: ./shop, baseBranch: trunk }\n');
  const { repositories } = loadConfig({ FACTORY_CONFIG: file, GIT_BASE_REPO_PATH: '/srv/site.git' });
  assert.deepEqual(repositories, {
    shop: { path: path.join(folder, 'shop'), baseBranch: 'trunk' },
    site: { path: '/srv/site.git' },
  });
});

test('an unknown key, a missing file and broken YAML are named', () => {
  const typo = mistakes({ FACTORY_CONFIG: yaml('repositories:\n  shop: { path: a, basebranch: main }\n') });
  assert.match(typo[0]?.given ?? '', /basebranch/);
  assert.equal(typo[0]?.variable, 'FACTORY_CONFIG.repositories.shop');
  assert.equal(mistakes({ FACTORY_CONFIG: path.join(folder, 'nowhere.yaml') }).length, 1);
  assert.equal(mistakes({ FACTORY_CONFIG: yaml('a: [') }).length, 1);
  assert.equal(mistakes({ FACTORY_CONFIG: yaml('repositories: {}') }).length, 1);
});

test('a base branch that git cannot name is refused where it is set', () => {
  const [variable] = mistakes({ GIT_BASE_REPO_PATH: '/srv/site.git', GIT_BASE_BRANCH: 'a..b' });
  assert.deepEqual([variable?.variable, variable?.given], ['GIT_BASE_BRANCH', '"a..b"']);
  const [inFile] = mistakes({ FACTORY_CONFIG: yaml('repositories:\n  shop: { path: a, baseBranch: "x.lock" }\n') });
  assert.match(inFile?.variable ?? '', /^FACTORY_CONFIG\.repositories\.shop/);
});

test('a name in .env that nobody reads is found', () => {
  const known = ['BACKEND_PORT', 'TEMPORAL_TLS', 'TEMPORAL_TLS_SERVER_NAME', 'HTTPS_PROXY', 'GITHUB_TOKEN', 'GH_DEBUG'];
  const unknown = ['BACKEND_PROT', 'GIT_BASE_REPO', 'GITHUB_APROVERS', 'TEMPORAL_UI_PRT', 'GH_TOKN'];
  assert.deepEqual(unknownNames([...known, ...unknown].map((name) => `${name}=1`).join('\n')), unknown.toSorted());
});

test('a real key needs a sandbox, or that it is switched off knowingly', () => {
  assert.match(sandboxProblem(loadConfig({ ANTHROPIC_API_KEY: 'k' }), false) ?? '', /SANDBOX=off/);
  assert.equal(sandboxProblem(loadConfig({ ANTHROPIC_API_KEY: 'k' }), true), undefined);
  assert.equal(sandboxProblem(loadConfig({ ANTHROPIC_API_KEY: 'k', SANDBOX: 'off' }), false), undefined);
  assert.equal(sandboxProblem(loadConfig({}), false), undefined);
  assert.match(sandboxProblem(loadConfig({}), false, true) ?? '', /SANDBOX=off/);
});

test('API and scripted model are not given the keys that only the work needs', () => {
  const keys = { ANTHROPIC_API_KEY: 'k1', GH_TOKEN: 'k2', GH_ENTERPRISE_TOKEN: 'k3', LINEAR_API_KEY: 'k4' };
  const secrets = { GITHUB_WEBHOOK_SECRET: 's1-of-16-characters', LINEAR_WEBHOOK_SECRET: 's2' };
  const config = loadConfig({ ...keys, ...secrets, LINEAR_TEAM: 'ENG', LINEAR_LABEL: 'build' });
  const given = (part: 'worker' | 'api' | 'model') => environmentOf(config, withheldFrom(part));
  const found = (part: 'worker' | 'api' | 'model') =>
    Object.values({ ...keys, ...secrets }).filter((value) => Object.values(given(part)).includes(value));
  assert.deepEqual(found('worker'), ['k1', 'k2', 'k3', 'k4', 's1-of-16-characters', 's2']);
  assert.deepEqual(found('api'), ['s1-of-16-characters', 's2']);
  assert.deepEqual(found('model'), []);
  assert.doesNotThrow(() => loadConfig(given('api')));
});

test('an intake needs a team, a mark, and a sandbox for what it brings', () => {
  assert.deepEqual(
    mistakes({ LINEAR_API_KEY: 'k' }).map(({ variable }) => variable),
    ['LINEAR_TEAM', 'LINEAR_LABEL'],
  );
  assert.match(String(mistakes({ LINEAR_REPOSITORY: 'shop, site' })[0]?.allowed), /one name of a repository/);
  const env = { LINEAR_API_KEY: 'k', LINEAR_TEAM: 'ENG', LINEAR_STATE: 'Build it' };
  const config = loadConfig({ ...env, LINEAR_REPOSITORY: 'shop, website=site' });
  assert.deepEqual(config.linear?.repositories, { fallback: 'shop', byLabel: { website: 'site' } });
  assert.match(sandboxProblem(config, false) ?? '', /LINEAR_API_KEY/);
  assert.equal(sandboxProblem(config, true), undefined);
  assert.equal(sandboxProblem(loadConfig({ ...env, SANDBOX: 'off' }), false), undefined);
  assert.deepEqual(loadConfig(environmentOf(config)).linear, config.linear);
  assert.deepEqual(
    mistakes({ ...env, LINEAR_REPOSITORY: 'a b' }).map(({ variable }) => variable),
    ['LINEAR_REPOSITORY'],
  );
});

test('.env.example has every variable, and no other, with its default', () => {
  const example = readFileSync(absolute('.env.example'), 'utf8');
  const documented = [...example.matchAll(/^#([A-Z_]+)=(.*)$/gm)];
  const names = documented.map((match) => match[1] as string);
  assert.deepEqual(unknownNames(names.map((name) => `${name}=`).join('\n')), []);
  assert.deepEqual(
    Object.keys(VARIABLES).filter((name) => !names.includes(name)),
    [],
  );
  const values = Object.fromEntries(documented.map((match) => [match[1], match[2]]));
  const { FACTORY_CONFIG: _, TEMPORAL_ADDRESS: __, DATABASE_URL: ___, GIT_BASE_REPO_PATH: ____, ...defaults } = values;
  assert.deepEqual(loadConfig(defaults), loadConfig({}));
});

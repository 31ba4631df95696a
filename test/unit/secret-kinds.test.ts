/** Each kind of secret is found, by its name and its place, and nothing of it is left where it is taken out. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { findSecrets, KINDS } from '../../activities/secrets/find-secrets.ts';
import { storedWithoutSecrets, valueWithoutSecrets, withoutSecrets } from '../../activities/secrets/redact.ts';
import { MADE_UP, made, pem, token } from '../support/made-up-secrets.ts';

const itself = (value: string) => value;

test('each kind is found where it stands', () => {
  for (const [kind, value, around = itself] of MADE_UP) {
    const text = `one line\n${around(value)}\nanother one`;
    const found = findSecrets(text);
    assert.equal(found.length, 1, `${kind}: ${JSON.stringify(found)} in ${text}`);
    const [{ start, end, ...one } = { start: 0, end: 0 }] = found;
    assert.equal(text.slice(start, end), (one as { value: string }).value);
    assert.ok(
      (one as { value: string }).value.includes(value.trim()),
      `${kind} is found whole: ${JSON.stringify(one)}`,
    );
    assert.equal((one as { kind: string }).kind, kind, text);
  }
});

test('each row of the tables has a made-up value', () => {
  const kinds = new Set(MADE_UP.map(([kind]) => kind));
  assert.deepEqual(
    KINDS.map(({ kind }) => kind).filter((kind) => !kinds.has(kind)),
    [],
  );
});

test('nothing of a secret is left where it is taken out, and the rest stays', () => {
  for (const [kind, value, around = itself] of MADE_UP) {
    for (const text of [around(value), `a\n${around(value)}\n${around(value)}\nb`]) {
      const clean = withoutSecrets(text);
      assert.ok(!clean.includes(value), `${kind} in ${clean}`);
      assert.match(clean, /secret removed: /);
      assert.equal(withoutSecrets(clean), clean, `${kind} is taken out once`);
    }
  }
  const key = `ghp_${made(36)}`;
  assert.equal(withoutSecrets(`before ${key} after`), 'before [secret removed: GITHUB_TOKEN] after');
});

test('in JSON escapes hide no secret, and a value without any is the same object', () => {
  const key = `ghp_${made(36)}`;
  const clean = 'x\n[secret removed: GITHUB_TOKEN]';
  assert.deepEqual(valueWithoutSecrets({ a: [`x\n${key}`], b: 1, c: null }), { a: [clean], b: 1, c: null });
  assert.equal(storedWithoutSecrets(JSON.stringify({ a: `x\n${key}` })), JSON.stringify({ a: clean }));
  const plain = { a: ['x'], at: new Date(0) };
  assert.equal(valueWithoutSecrets(plain), plain);
  assert.equal(storedWithoutSecrets('{ "a":  1.0 }'), '{ "a":  1.0 }');
});

test('in JSON the name of a value gives a secret away, in any depth, and names are cleaned too', () => {
  const login = Buffer.from(`robot:${made(20)}`).toString('base64');
  const values: [object, object][] = [
    [{ password: made(24) }, { password: '[secret removed: SECRET_SETTING]' }],
    [{ auths: { 'r.io': { auth: login } } }, { auths: { 'r.io': { auth: '[secret removed: DOCKER_AUTH]' } } }],
    [
      { headers: { authorization: [`Bearer ${made(40)}`] } },
      { headers: { authorization: ['Bearer [secret removed: AUTHORIZATION_HEADER]'] } },
    ],
    [
      { [`ghp_${made(36)}`]: 1, a: 2 },
      { '[secret removed: GITHUB_TOKEN]': 1, a: 2 },
    ],
  ];
  for (const [value, clean] of values) {
    assert.deepEqual(valueWithoutSecrets(value), clean);
    assert.equal(storedWithoutSecrets(JSON.stringify(value)), JSON.stringify(clean));
    assert.equal(valueWithoutSecrets(clean), clean, 'it is taken out once');
  }
  const plain = { token: 'a "quoted" text', keys: ['a', 'b'], key: made(40, 'abcdef') };
  assert.equal(valueWithoutSecrets(plain), plain);
});

test("secretlint's markers lift nothing, and break nothing", () => {
  for (const marker of ['disable-line', 'disable-next-line', 'disable', 'enable']) {
    const text = `ghp_${made(36)} // secretlint-${marker}\nmore`;
    assert.equal(withoutSecrets(text), `[secret removed: GITHUB_TOKEN] // secretlint-${marker}\nmore`);
  }
});

test('a private key that is cut off is found as well', () => {
  const cut = pem('RSA PRIVATE KEY').slice(0, 250);
  assert.doesNotMatch(withoutSecrets(`$ cat key\n${cut}`), /[A-Za-z0-9+/]{40}/);
});

test('placeholders, examples and what only looks like it are none', () => {
  const hour = Math.floor(Date.now() / 1_000) + 3_600;
  const none = [
    'https://user:pass@example.com/',
    'postgres://postgres:postgres@localhost:5432/postgres',
    'postgres://user:password@db.acme.io/app',
    'redis://:$' + '{REDIS_PASSWORD}@cache.acme.io',
    'amqp://guest:guest@rabbit.acme.io',
    'https://<user>:<token>@git.acme.io',
    `ghp_${'x'.repeat(36)}`,
    `ghp_${'0'.repeat(36)}`,
    ['AKIA', 'IOSFODNN7EXAMPLE'].join(''),
    `aws_secret_access_key = ${['wJalrXUtnFEMI', 'K7MDENG', 'bPxRfiCYEXAMPLEKEY'].join('/')}`,
    'API_TOKEN=changeme-changeme-1',
    'API_TOKEN=$' + '{API_TOKEN}',
    'API_TOKEN=<your token here>',
    'GITHUB_TOKEN: $' + '{{ secrets.GITHUB_TOKEN }}',
    'const token = process.env.GITHUB_TOKEN_FOR_CI_2',
    'const password = "correct-horse-battery-staple"',
    'SECRET_KEY = os.environ["DJANGO_SECRET_KEY_1"]',
    `"integrity": "sha512-${made(86)}=="`,
    `commit ${made(40, '0123456789abcdef')}`,
    `id: ${[8, 4, 4, 4, 12].map((length) => made(length, '0123456789abcdef')).join('-')}`,
    '-----BEGIN PRIVATE KEY-----\n...\n-----END PRIVATE KEY-----',
    'looks for -----BEGIN RSA PRIVATE KEY----- in a text and says so to the person who asked for it',
    token({ sub: 'a', exp: hour }),
    token({ sub: '1234567890', name: 'John Doe', iat: 1516239022 }),
    'tokenizer = "AutoTokenizerFast2"',
    `"tokenAddress": "0x${made(40, '0123456789abcdefABCDEF')}"`,
    `TOKEN=0x${made(40, '0123456789abcdefABCDEF')}`,
    ...['nextPageToken', 'cursorToken', 'csrf_token', 'XSRF-TOKEN', 'nextToken', 'NEXT_PUBLIC_API_KEY'].map(
      (name) => `"${name}": "${made(32)}"`,
    ),
    `NEXT_PUBLIC_API_KEY=${made(32)}`,
    `"PublicKeyToken": "${made(32, '0123456789abcdef')}"`,
    'token = "BearerTokenAuthentication2"',
    'const accessToken = "useAccessToken2FromRequestContext"',
    `API_KEY=${['TEST', made(24)].join('_')}`,
    `apiKey: "${['EXAMPLE', made(24)].join('_')}"`,
    `apiKey: "DUMMY${made(24)}"`,
    'password: /^[a-zA-Z0-9]{8,16}$/',
  ];
  for (const text of none) assert.deepEqual(findSecrets(text), [], text);
});

test('secrets of pages and of next things are found, and random values are not taken for words', () => {
  for (const name of ['PAGERDUTY_TOKEN', 'NEXTAUTH_SECRET', 'NEXTCLOUD_PASSWORD', 'CSRF_SECRET', 'REPUBLIC_TOKEN']) {
    assert.equal(findSecrets(`${name}=${made(32)}`).length, 1, name);
  }
  const values = Array.from({ length: 1_000 }, (_, i) => made(24, undefined, `value ${i}`));
  const missed = values.filter(
    (value) => /\d.*[a-z]|[a-z].*\d/.test(value) && findSecrets(`token: "${value}"`).length === 0,
  );
  assert.ok(missed.length <= 10, missed.join(' '));
});

test('generated keys of Django are found, whatever they begin and end with', () => {
  const alphabet = 'abcdefghijklmnopqrstuvwxyz0123456789!@#$%^&*(-_=+)';
  const keys = Array.from({ length: 2_000 }, (_, i) => made(50, alphabet, `key ${i}`));
  const missed = keys.filter((key) => findSecrets(`SECRET_KEY = '${key}'`).length === 0);
  assert.ok(missed.length <= 5, `${missed.length} are missed: ${missed.slice(0, 20).join('\n')}`);
});

test('a file of Rails’ is known by its name', () => {
  const key = made(32, '0123456789abcdef');
  assert.deepEqual(findSecrets(`${key}\n`, 'src/a.txt'), []);
  assert.equal(findSecrets(`${key}\n`, 'config/master.key')[0]?.kind, 'RAILS_MASTER_KEY');
});

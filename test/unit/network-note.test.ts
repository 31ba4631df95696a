/** A host that a tool could not reach is read from the words of each tool, and nothing else is taken for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { networkNote, unreachedHosts, unreachedNote } from '../../clients/terminal/network-note.ts';

const SAID: readonly (readonly [output: string, host: string])[] = [
  ['curl: (6) Could not resolve host: example.com', 'example.com'],
  ["fatal: unable to access 'https://git.test/a/': Could not resolve host: git.test", 'git.test'],
  [
    'warning: spurious network error: [6] Could not resolve hostname (Could not resolve host: index.crates.io)',
    'index.crates.io',
  ],
  ['wget: unable to resolve host address ‘example.com’', 'example.com'],
  [
    'npm error request to https://registry.npmjs.org/a failed, reason: getaddrinfo EAI_AGAIN registry.npmjs.org',
    'registry.npmjs.org',
  ],
  ['Error: getaddrinfo ENOTFOUND example.com', 'example.com'],
  [
    'Get "https://proxy.golang.org/a": dial tcp: lookup proxy.golang.org on [::1]:53: read udp: connection refused',
    'proxy.golang.org',
  ],
  ['dial tcp: lookup proxy.golang.org: Temporary failure in name resolution', 'proxy.golang.org'],
  ['java.net.UnknownHostException: repo.maven.apache.org', 'repo.maven.apache.org'],
  [
    'Could not transfer artifact a:b:1: repo.maven.apache.org: Unknown host repo.maven.apache.org',
    'repo.maven.apache.org',
  ],
  ["NameResolutionError: Failed to resolve 'pypi.org' ([Errno -3] Temporary failure in name resolution)", 'pypi.org'],
  ["HTTPSConnectionPool(host='pypi.org', port=443): Max retries (Caused by NewConnectionError('failed'))", 'pypi.org'],
  [
    'SocketError: Failed to open TCP connection to rubygems.org:443 (getaddrinfo: Name or service not known)',
    'rubygems.org',
  ],
  ['Could not reach host index.rubygems.org. Check your network connection and try again.', 'index.rubygems.org'],
  ['php_network_getaddresses: getaddrinfo for repo.packagist.org failed: Temporary failure', 'repo.packagist.org'],
  ['error NU1301: Resource temporarily unavailable (api.nuget.org:443)', 'api.nuget.org'],
];

for (const [output, host] of SAID) {
  test(output.slice(0, 70), () => assert.deepEqual(unreachedHosts(`first\n${output}\n`), [host]));
}

test('names that are none of a host outside, and words of other failures, are none', () => {
  for (const output of [
    'Could not resolve host: db',
    'Error: getaddrinfo ENOTFOUND localhost',
    'lookup 10.0.0.1: x',
    'exit 1',
  ])
    assert.deepEqual(unreachedHosts(output), [], output);
});

test('words alone are no refusal: without a network the note says if, for a tool that names no host too', () => {
  const pip = 'Failed to establish a new connection: [Errno -3] Temporary failure in name resolution';
  const begin = 'Commands have no network here. If';
  assert.ok(unreachedNote(pip)?.startsWith(`[${begin} a host was needed, `));
  const one = 'curl: (6) Could not resolve host: a.test';
  assert.ok(unreachedNote(one)?.startsWith(`[${begin} a.test was needed, `));
  assert.ok(unreachedNote(`${one}\n${one.replace('a.test', 'b.test')}`)?.includes('If a.test, b.test were needed, '));
  assert.doesNotMatch(unreachedNote(one) ?? 'refused', /refused/);
  assert.equal(unreachedNote('1 test failed'), undefined);
});

test('the note names the hosts, the first of them where there are many, and what allows them', () => {
  assert.equal(networkNote([]), undefined);
  assert.match(networkNote(['a.test', 'b.test']) ?? '', /refused a\.test, b\.test: .*`network` of factory\.yaml/);
  assert.match(networkNote(Array.from({ length: 7 }, (_, n) => `h${n}.test`)) ?? '', /h4\.test and 2 more:/);
});

/** Addresses of submodules: which may be tried at all, and where relative ones lead. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { addressProblem, resolveAddress, shownAddress } from '../../clients/submodules/address.ts';

test('only https, ssh and relative addresses may be tried', () => {
  const fine = [
    ...['https://example.com/a/lib.git', 'https://example.com:8443/lib', 'ssh://git@example.com:22/a/lib.git'],
    ...['ssh://example.com/lib', 'git@example.com:a/lib.git', 'example.com:lib', '../lib', './lib.git', '../../a/lib'],
  ];
  for (const url of fine) assert.equal(addressProblem(url), undefined, url);
  const refused = [
    ...['ext::sh -c "touch x"', 'ext::sh', 'fd::17', 'http://example.com/lib', 'git://example.com/lib', 'file:///lib'],
    ...['/srv/lib.git', 'lib', '', '-u./payload', '--upload-pack=touch x', 'ssh://-oProxyCommand=x/lib', 'C:\\lib'],
    ...['-oProxyCommand=x:lib', 'git@-oProxyCommand=x:lib', 'ssh://git@-oProxyCommand=x/lib', 'https://-x/lib'],
    ...['https://example.com/a\nb', 'https://example.com/a b', 'ftp://example.com/lib', 'example.com::lib', 'host:-x'],
  ];
  for (const url of refused) assert.match(addressProblem(url) ?? '', /neither https nor ssh nor relative/, url);
});

test('relative ones are resolved as git does it, never past the host', () => {
  const from = (url: string, origin: string, isLocal = false) => resolveAddress(url, { url: origin, isLocal });
  assert.equal(from('../lib', 'https://example.com/a/work.git'), 'https://example.com/a/lib');
  assert.equal(from('../../b/lib.git', 'https://example.com/a/work/'), 'https://example.com/b/lib.git');
  assert.equal(from('./lib', 'https://example.com/a/work'), 'https://example.com/a/work/lib');
  assert.equal(from('../../../lib', 'https://example.com/a/work'), undefined);
  assert.equal(from('../lib', 'git@example.com:a/work.git'), 'git@example.com:a/lib');
  assert.equal(from('../lib', 'git@example.com:work.git'), 'git@example.com:lib');
  assert.equal(from('../../lib', 'git@example.com:work.git'), undefined);
  assert.equal(from('../lib', 'ssh://git@example.com:22/work'), 'ssh://git@example.com:22/lib');
  assert.equal(from('../lib.git', '/srv/work.git', true), '/srv/lib.git');
  assert.equal(from('../../lib.git', '/srv/work.git', true), '/lib.git');
  assert.equal(from('../../../lib.git', '/srv/work.git', true), undefined);
  assert.equal(from('..', '/srv/work.git', true), undefined);
  // A folder is no address where the source is elsewhere, nor is what no submodule may have by itself.
  assert.equal(from('../lib.git', '/srv/work.git'), undefined);
  assert.equal(from('../lib', 'http://example.com/a/work'), undefined);
  assert.equal(from('https://example.com/lib', '/srv/work', true), 'https://example.com/lib');
});

test('a password in an address is not shown', () => {
  assert.equal(shownAddress('https://me:secret@example.com/lib'), 'https://example.com/lib');
  assert.equal(shownAddress('git@example.com:lib'), 'git@example.com:lib');
});

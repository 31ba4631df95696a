/** Pointers of Git LFS are read as git-lfs reads them, and nothing else is taken for one. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readPointer } from '../../clients/lfs/pointer.ts';

const oid = 'a1'.repeat(32);
const pointer = (version = 'https://git-lfs.github.com/spec/v1', rest = `oid sha256:${oid}\nsize 12345\n`) =>
  `version ${version}\n${rest}`;

test('a pointer names its object, in older spellings and with other line ends too', () => {
  const texts = [
    pointer(),
    pointer('https://hawser.github.com/spec/v1'),
    pointer('http://git-media.io/v/2'),
    pointer().replaceAll('\n', '\r\n'),
    pointer(undefined, `ext-0-case sha256:${'b2'.repeat(32)}\noid sha256:${oid}\nsize 12345\n`),
  ];
  for (const text of texts) assert.deepEqual(readPointer(text), { oid, size: 12_345 }, text);
});

test('any other text is none', () => {
  const texts = [
    '',
    'version 1\n',
    pointer('https://example.com/spec/v1'),
    pointer(undefined, `oid sha256:${oid}\n`),
    pointer(undefined, `oid sha256:${oid.slice(1)}\nsize 1\n`),
    pointer(undefined, `oid sha256:${oid}\nsize -1\n`),
    `# Pointers\n\n${pointer()}`,
    pointer().padEnd(1_025, '\n'),
  ];
  for (const text of texts) assert.equal(readPointer(text), undefined, text);
});

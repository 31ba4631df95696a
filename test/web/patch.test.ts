import assert from 'node:assert/strict';
import { test } from 'node:test';
import fc from 'fast-check';
import { PATCH_START, type PatchLine, type PatchPosition, readPatch } from '../../web/parts/patch.ts';

const PATCH = `diff --git a/a.txt b/a.txt
old mode 100644
new mode 100755
index 1..2
--- a/a.txt
+++ b/a.txt
@@ -3,4 +3,4 @@ function f() {
 kept
--- a/looks like a header
+++ b/looks like a header
-gone

@@ -20 +20 @@
-last
\\ No newline at end of file
+last
`;

const read = (patch: string) => readPatch(patch, PATCH_START, true).lines;

test('lines of a patch know their numbers, and code that looks like a header is code', () => {
  assert.deepEqual(read(PATCH), [
    { kind: 'note', text: 'old mode 100644' },
    { kind: 'note', text: 'new mode 100755' },
    { kind: 'hunk', text: 'line 3: function f() {' },
    { kind: 'context', before: 3, after: 3, text: 'kept' },
    { kind: 'removed', before: 4, text: '-- a/looks like a header' },
    { kind: 'added', after: 4, text: '++ b/looks like a header' },
    { kind: 'removed', before: 5, text: 'gone' },
    { kind: 'context', before: 6, after: 5, text: '' },
    { kind: 'hunk', text: 'line 20' },
    { kind: 'removed', before: 20, text: 'last' },
    { kind: 'note', text: 'No newline at end of file' },
    { kind: 'added', after: 20, text: 'last' },
  ]);
});

test('a file that became a link is read as two patches, and a binary one as a note', () => {
  const two = `diff --git a/x b/x\ndeleted file mode 100644\n@@ -1 +0,0 @@\n-a\ndiff --git a/x b/x\nnew file mode 120000\n@@ -0,0 +1 @@\n+b\n`;
  assert.deepEqual(
    read(two).map(({ kind }) => kind),
    ['note', 'hunk', 'removed', 'note', 'hunk', 'added'],
  );
  assert.deepEqual(read('diff --git a/x b/x\nindex 1..2\nBinary files a/x and b/x differ\n'), [
    { kind: 'note', text: 'Binary files a/x and b/x differ' },
  ]);
});

test('wherever a patch is cut into pieces, the same lines are read', () => {
  fc.assert(
    fc.property(fc.array(fc.nat(PATCH.length), { maxLength: 6 }), (cuts) => {
      const at = [0, ...cuts.toSorted((a, b) => a - b), PATCH.length];
      const lines: PatchLine[] = [];
      let position: PatchPosition = PATCH_START;
      for (let piece = 1; piece < at.length; piece += 1) {
        const next = readPatch(PATCH.slice(at[piece - 1], at[piece]), position, piece === at.length - 1);
        lines.push(...next.lines);
        position = next.position;
      }
      assert.deepEqual(lines, read(PATCH));
    }),
  );
});

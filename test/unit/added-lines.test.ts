import assert from 'node:assert/strict';
import { test } from 'node:test';
import { readAddedLines } from '../../activities/secrets/added-lines.ts';

const DIFF = `diff --git a/src/a.js b/src/a.js
index 1..2 100644
--- a/src/a.js
+++ b/src/a.js
@@ -1 +1,2 @@
-old
+++ b/not-a-file
+@@ -1 +1 @@
@@ -9,0 +11 @@ function
+eleven
diff --git a/gone b/gone
deleted file mode 100644
--- a/gone
+++ /dev/null
@@ -1,2 +0,0 @@
-1
-+++ b/x
diff --git "a/odd\\tname" "b/odd\\tname"
--- /dev/null
+++ "b/odd\\tname"
@@ -0,0 +1 @@
+last
\\ No newline at end of file
`;

test('added lines keep their file and number, whatever they look like', () => {
  const [first, gone, odd, ...rest] = readAddedLines(DIFF);
  assert.deepEqual(first, {
    file: 'src/a.js',
    text: '++ b/not-a-file\n@@ -1 +1 @@\n\neleven\n',
    lines: [1, 2, 1, 11, 11],
  });
  assert.equal(gone?.text.trim(), '');
  assert.deepEqual([odd?.file, odd?.text], ['odd\\tname', 'last\n']);
  assert.deepEqual(rest, []);
});

test('a diff that was cut off anywhere is read as far as it goes', () => {
  for (let end = 0; end < DIFF.length; end += 1) readAddedLines(DIFF.slice(0, end));
});

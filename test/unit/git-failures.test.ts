import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GIT_MESSAGES,
  type GitMessageKind,
  gitFailure,
  isGitFailure,
  readGitMessage,
} from '../../clients/git/failures.ts';

/** What git 2.39 and later print under LC_ALL=C. */
const SAID: Record<GitMessageKind, string[]> = {
  'disk-full': [
    'fatal: write error: No space left on device',
    'error: unable to write file a.txt',
    "fatal: sha1 file 'index.lock' write error. Out of diskspace",
    'fatal: unable to write new index file',
    "fatal: commit: cannot update ref 'refs/heads/f/e/t': couldn't write '/r/refs/heads/f/e/t.lock'",
    'error: unable to write file: Disk quota exceeded',
  ],
  damaged: [
    'remote: aborting due to possible repository corruption on the remote side.',
    'error: object file .git/objects/ab/cd is empty',
    "fatal: missing blob object '5716ca5987cbf97d6bb54920bea6adde242d87e6'",
  ],
  'other-hash': ['fatal: mismatched algorithms: client sha1; server sha256'],
  'name-taken': [
    "fatal: commit: cannot lock ref 'refs/heads/factory/e/epic': 'refs/heads/factory' exists; cannot create 'refs/heads/factory/e/epic'",
  ],
  'bad-name': [
    "fatal: invalid refspec '+refs/heads/a b:refs/factory/source/a b'",
    "fatal: 'a b' is not a valid branch name",
  ],
  'lease-lost': [
    ' ! [rejected]        c386135 -> refs/factory/checkpoints/e/t (stale info)\nerror: failed to push some refs',
    // An atomic push that is refused hangs up, which alone would look like a broken connection.
    'fatal: the remote end hung up unexpectedly\n ! [rejected] c38 -> refs/factory/checkpoints/e/t (stale info)',
  ],
  'not-forward': [
    ' ! [rejected]        main -> main (non-fast-forward)',
    ' ! [rejected]        main -> main (fetch first)',
    'remote: error: denying non-fast-forward refs/heads/main (you should pull first)',
  ],
  'checked-out': ['remote: error: refusing to update checked out branch: refs/heads/main'],
  declined: [
    ' ! [remote rejected] main -> main (pre-receive hook declined)',
    ' ! [remote rejected] main -> main (push declined due to repository rule violations)',
  ],
  archived: [
    "remote: This repository was archived so it is read-only.\nfatal: unable to access 'https://github.com/a/b/': The requested URL returned error: 403",
  ],
  'not-owner': ["fatal: detected dubious ownership in repository at '/srv/repository'"],
  authentication: [
    "fatal: could not read Username for 'https://example.com': terminal prompts disabled",
    'git@example.com: Permission denied (publickey).',
    'ERROR: Write access to repository not granted.',
    "fatal: unable to access 'https://example.com/': The requested URL returned error: 403",
  ],
  'host-unknown': [
    "fatal: unable to access 'https://example.com/': Could not resolve host: example.com",
    'ssh: Could not resolve hostname example.com: Name or service not known',
  ],
  unreachable: [
    'fatal: unable to connect to 127.0.0.1:\n127.0.0.1[0: 127.0.0.1]: errno=Connection refused',
    'fatal: the remote end hung up unexpectedly',
    "fatal: unable to access 'https://example.com/': The requested URL returned error: 502",
  ],
  'repository-missing': [
    "fatal: '/nowhere.git' does not appear to be a git repository",
    "fatal: not a git repository: '/nowhere'",
    'remote: Repository not found.',
  ],
  'branch-missing': ["fatal: couldn't find remote ref refs/heads/nowhere"],
  'ref-moved': [
    "fatal: commit: cannot lock ref 'refs/heads/a': is at a911b8e163ca762ffadbca3b30899cbcd24b3bcc but expected 8d6d7eb59f3d4dcf3e2fd2f6d6c5db4c1f1b3dd2",
    "fatal: commit: cannot lock ref 'refs/heads/a': reference already exists",
    "fatal: commit: cannot lock ref 'refs/heads/a': unable to resolve reference 'refs/heads/a'",
  ],
  locked: [
    "fatal: Unable to create '/clone.git/worktrees/e.t/index.lock': File exists.\n\nAnother git process seems to be running",
  ],
  encoding: [
    "fatal: BOM is required in 'a.txt' if encoded as UTF-16.",
    "fatal: failed to encode 'a.txt' from UTF-16BE to UTF-8",
  ],
  'in-the-way': [
    "error: Entry 'a.txt' not uptodate. Cannot merge.",
    "error: Untracked working tree file 'b.txt' would be overwritten by merge.",
  ],
  unrelated: ['fatal: refusing to merge unrelated histories'],
  'not-writable': ["error: cannot open '.git/FETCH_HEAD': Permission denied", 'fatal: Read-only file system'],
  'object-missing': [
    'fatal: bad object f00',
    'fatal: Not a valid object name f00',
    'fatal: remote error: upload-pack: not our ref f00',
  ],
};

for (const { kind, type, final } of GIT_MESSAGES) {
  test(`git's words for ${kind} are ${final ? 'final ' : ''}${type}`, () => {
    for (const said of SAID[kind]) {
      assert.equal(readGitMessage(said)?.kind, kind, said);
      const failure = gitFailure(['push'], 128, said);
      assert.deepEqual([failure.type, failure.nonRetryable], [type, final]);
      assert.ok(isGitFailure(failure, kind) && failure.message.includes(said.trim()));
    }
  });
}

test('words that nobody knows are worth another try', () => {
  const failure = gitFailure(['gc'], 1, '');
  assert.deepEqual(
    [failure.type, failure.nonRetryable, failure.message],
    ['GitFailed', false, 'git gc failed: exit code 1.'],
  );
  assert.equal(isGitFailure(failure, 'locked'), false);
});

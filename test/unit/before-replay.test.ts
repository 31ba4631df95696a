/** What is said before a recording runs, and what it may not do without being asked for. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import { requireConsent, whatRuns } from '../../cli/before-replay.ts';
import { CommandFailure, EXIT } from '../../cli/exit.ts';
import { aRecording, BASE } from '../support/recordings.ts';

test('epic, turns, commands, repository, commit and sandbox are named', () => {
  const said = whatRuns(aRecording(), '/srv/shop', 'bubblewrap');
  assert.match(said, /^Replaying shop: 3 turns of 2 agents run 1 recorded commands/);
  assert.ok(said.includes(`/srv/shop, main at ${BASE.slice(0, 12)}`), said);
  assert.match(said, /sandbox +bubblewrap$/);
  assert.match(whatRuns(aRecording(), undefined, ''), /from +the example,/);
});

test('without a sandbox nothing runs before a person accepts it', () => {
  assert.throws(
    () => requireConsent(aRecording(), true, false),
    (error: unknown) => {
      assert.ok(error instanceof CommandFailure);
      assert.equal(error.exitCode, EXIT.usage);
      assert.match(error.message, /SANDBOX=off the 1 commands .* --yes$/);
      return true;
    },
  );
  requireConsent(aRecording(), true, true);
  requireConsent(aRecording(), false, false);
});

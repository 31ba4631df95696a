/** Attempts to use up the machine. */
import assert from 'node:assert/strict';
import { statSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandAttempt } from './attempt.ts';

const LIMITS = { memoryMb: 128, processes: 24, fileMb: 2 };

export const LIMIT_ATTEMPTS: readonly CommandAttempt[] = [
  {
    id: 'large-file',
    tries: 'Write a file larger than `limits.fileMb`',
    outcome: 'The writing ends there (RLIMIT_FSIZE).',
    script: 'head -c 5000000 /dev/zero >large; true',
    options: { limits: LIMITS },
    check: ({ worktree }) => assert.equal(statSync(join(worktree, 'large')).size, 2 * 1024 * 1024),
  },
  {
    id: 'much-memory',
    tries: 'Take more memory than `limits.memoryMb`',
    outcome: 'The process gets none (RLIMIT_DATA).',
    script: `perl -e 'my $x = "x" x 300_000_000; print "ESCAPED\\n"'; true`,
    options: { limits: LIMITS },
    control: false,
  },
  {
    id: 'raise-limits',
    tries: 'Raise its own limits',
    outcome: 'They are hard limits, and raising one takes a capability.',
    script:
      'ulimit -f unlimited 2>/dev/null && echo ESCAPED; ulimit -d unlimited 2>/dev/null && echo ESCAPED; prlimit --pid $$ --fsize=unlimited: 2>/dev/null && echo ESCAPED; true',
    options: { limits: LIMITS },
  },
];

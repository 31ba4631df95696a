/** Attempts at processes: seeing, ending and outliving what is not one's own. */
import assert from 'node:assert/strict';
import { existsSync } from 'node:fs';
import { join } from 'node:path';
import type { CommandAttempt } from './attempt.ts';
import { perlCall } from './kernel.ts';

const ENDS = 'The end of the command is the end of its process namespace, and of all that is in it.';

/** A daemon as it should be: a session of its own, no parent, no environment, no open file. */
const daemon = (seconds: number): string =>
  `perl -MPOSIX -e 'exit if fork; POSIX::setsid(); exit if fork; my $name = "sleep-$ENV{ABSTRACT}"; %ENV = (); POSIX::close($_) for 0 .. 9; $SIG{$_} = "IGNORE" for qw(HUP TERM INT); exec { "/usr/bin/sleep" } $name, ${seconds}'`;

/** So that its absence afterwards says something. */
const UNTIL_IT_RUNS = `until cat /proc/[0-9]*/cmdline 2>/dev/null | tr '\\0' '\\n' | grep -q '^sleep-name-'; do sleep 0.05; done; echo begun`;

export const PROCESS_ATTEMPTS: readonly CommandAttempt[] = [
  {
    id: 'kill-outside',
    tries: 'End a process outside, or its group, by its number',
    outcome: 'Only processes of the same command have a number.',
    script: 'kill -9 "$HOST_PID" && echo ESCAPED; kill -9 -"$HOST_PID" && echo ESCAPED; true',
    check: ({ sleeper }) => assert.equal(sleeper.exitCode, null),
  },
  {
    id: 'list-outside',
    tries: 'List other processes with their command lines',
    outcome: 'Only those of the same command are listed.',
    script: `cat /proc/[0-9]*/cmdline | tr '\\0' ' ' | grep -oE "sleeper-name-[0-9a-f]{16}" && echo ESCAPED; true`,
    control: true,
  },
  {
    id: 'read-environments',
    tries: 'Read the environment of other processes',
    outcome: 'Only those of the same command are listed.',
    script: `tr '\\0' '\\n' </proc/"$HOST_PID"/environ; cat /proc/[0-9]*/environ`,
    control: true,
  },
  {
    id: 'own-environment',
    tries: 'Find a key of the worker process in its own environment',
    outcome: 'The environment is an allow-list and what factory.yaml names.',
    script: 'env | grep -e KEY= -e TOKEN= -e DATABASE -e TEMPORAL -e TMUX -e SSH_AUTH_SOCK && echo ESCAPED; true',
  },
  {
    id: 'trace-outside',
    tries: 'Trace a process outside and read its memory (`ptrace`, `/proc/<pid>/mem`)',
    outcome: 'Only processes of the same command have a number.',
    script: `${perlCall('ptrace', '16, $ENV{HOST_PID} + 0, 0, 0')}; head -c 1 "/proc/$HOST_PID/mem" && echo ESCAPED; true`,
  },
  {
    id: 'pidfd-outside',
    tries: 'Get a handle on a process outside (`pidfd_open`)',
    outcome: 'Only processes of the same command have a number.',
    script: perlCall('pidfd', '$ENV{HOST_PID} + 0, 0'),
    control: true,
  },
  {
    id: 'shared-memory',
    tries: 'Reach another process’s System V shared memory',
    outcome: 'It has a namespace of its own for that.',
    script: `perl -e 'print defined shmget($ENV{SHM} + 0, 0, 0) ? "ESCAPED\\n" : "refused: $!\\n"'`,
    control: true,
  },
  {
    id: 'tmux-socket',
    tries: 'Command the tmux server, which runs outside, through its socket',
    outcome: 'The socket’s folder does not exist inside.',
    script: `tmux -S "$SOCKET" list-sessions && echo ESCAPED; tmux -S "$SOCKET" new-window "touch $OUTSIDE/by-tmux"; true`,
    check: ({ outside }) => assert.ok(!existsSync(join(outside, 'by-tmux'))),
  },
  {
    id: 'outlive-command',
    tries: 'Leave a daemon behind: `setsid`, double fork, environment cleared, signals ignored',
    outcome: ENDS,
    script: `${daemon(60)}; ${UNTIL_IT_RUNS}`,
    check: async ({ isRunning, abstract }, output) => {
      assert.match(output, /begun\n\[exit 0\]/);
      await isRunning(`sleep-${abstract}`, false);
    },
  },
  {
    id: 'outlive-time-limit',
    tries: 'Run on after the time limit, by the same means and ignoring every signal',
    outcome: ENDS,
    script: `trap '' TERM INT HUP; ${daemon(60)}; ${UNTIL_IT_RUNS}; while :; do sleep 60; done`,
    options: { timeoutMs: 3_000 },
    check: async ({ isRunning, abstract }, output) => {
      assert.match(output, /begun[\s\S]*\[timed out\]/);
      await isRunning(`sleep-${abstract}`, false);
    },
  },
];

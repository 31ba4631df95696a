/** Errors of activities that pass by themselves, those that a person is asked about, and the table that says so. */
import assert from 'node:assert/strict';
import { readFileSync } from 'node:fs';
import { test } from 'node:test';
import { ServiceError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import pg from 'pg';
import { asQuestion, doubtOf, WITHOUT_END } from '../../activities/retries.ts';
import { failure, finalFailure, passingFailure, StubbornFailure } from '../../clients/failures.ts';
import { gitFailure } from '../../clients/git/failures.ts';
import { gitHubFailure } from '../../clients/github/failures.ts';
import { loadConfig } from '../../config/config.ts';
import { registeredActivities } from '../faults/cases.ts';

const kindOf = (error: unknown, activity = 'verify') => {
  const doubt = doubtOf(error, activity, 5);
  return doubt === undefined ? 'passes' : `${doubt.about} for ${doubt.forMs}`;
};
const database = (code: string) => Object.assign(new pg.DatabaseError('x', 1, 'error'), { code });
const coded = (code: string) => Object.assign(new Error('x'), { code });
const grpc = (code: number) =>
  new ServiceError('x', { cause: Object.assign(new Error('x'), { code, details: '', metadata: {} }) });
const github = (status: number | undefined, said: string) => gitHubFailure({ asked: 'GET x', status, said });

const PASSING: Record<string, unknown> = {
  'a failure that is known to pass': passingFailure('HostBusy', 'x'),
  'a final one, which Temporal does not try again': finalFailure('GitFailed', 'x'),
  'a cancellation': new CancelledFailure('CANCELLED'),
  'a lost connection': coded('ECONNRESET'),
  'a fetch that met nobody': new TypeError('fetch failed', { cause: coded('ECONNREFUSED') }),
  'a lost connection to PostgreSQL': new Error('Connection terminated unexpectedly'),
  'PostgreSQL that shuts down': database('57P01'),
  'Temporal that is away': grpc(14),
  'a remote that is away': gitFailure(['fetch'], 128, 'fatal: Could not resolve host: x'),
  'GitHub that is broken': github(502, 'Bad gateway'),
  'GitHub that asks for time': github(429, 'Too many'),
  'no answer of GitHub': github(undefined, 'dial tcp 127.0.0.1:9: connect: connection refused'),
};
for (const [what, error] of Object.entries(PASSING))
  test(`${what} passes`, () => assert.equal(kindOf(error), 'passes'));

const UNKNOWN: Record<string, unknown> = {
  'a failure that nobody knows': failure('DiskFull', 'x'),
  'words of git that nobody knows': gitFailure(['fetch'], 128, 'fatal: never heard of'),
  'words of gh that nobody knows': github(undefined, 'unknown flag: --include'),
  'a status of GitHub that nobody knows': github(418, 'teapot'),
  'a mistake of ours': new TypeError('x'),
  'a file that cannot be written': coded('EACCES'),
  'what PostgreSQL refuses': database('22P05'),
  'what Temporal refuses': grpc(3),
};
for (const [what, error] of Object.entries(UNKNOWN)) {
  test(`${what} is a question after a while`, () => assert.equal(kindOf(error), 'unknown for 5'));
}

test('the same words are one failure, whatever numbers are in them, and other words another', () => {
  const said = (words: string) => kindOf(new StubbornFailure('ModelUnavailable', words, 9));
  assert.equal(said('500: request 7f3a-12 failed at 12:30'), said('500: request 9b1c-77 failed at 12:31'));
  assert.notEqual(said('the limit of the key is reached'), said('the limit of the team is reached'));
});

test('what ends in a question keeps its type, words and facts', () => {
  const asked = asQuestion(gitFailure(['fetch'], 128, 'fatal: never heard of'), 301_000);
  assert.deepEqual([asked.type, asked.nonRetryable], ['GitFailed', true]);
  assert.match(asked.message, /never heard of.* \(tried again for 5 minutes\)$/);
  assert.deepEqual(asked.details, [{ git: 'unknown' }, { triedForMs: 301_000 }]);
  const plain = asQuestion(new TypeError('x is not a function'), 1_000);
  assert.deepEqual([plain.type, plain.message], ['Internal', 'TypeError: x is not a function (tried again for 1 s)']);
  assert.ok(plain instanceof ApplicationFailure && plain.cause instanceof TypeError);
});

test('docs/reliability.md lists every activity, and those without an end with their reasons', () => {
  const document = readFileSync('docs/reliability.md', 'utf8');
  const [, table = ''] = document.split('| activity | tried again without end |');
  const rows =
    table
      .split('\n\n')[0]
      ?.split('\n')
      .filter((line) => line.startsWith('| `')) ?? [];
  const listed = new Map<string, string>();
  for (const row of rows) {
    const [, names = '', passing = ''] = row.split('|');
    for (const [, name = ''] of names.matchAll(/`(\w+)`/g)) listed.set(name, passing.trim());
  }
  assert.deepEqual([...listed.keys()].toSorted(), registeredActivities(loadConfig({})));
  for (const [name, passing] of listed) {
    const reason = /^for everything[:,] (.*)$/.exec(passing)?.[1];
    assert.equal(reason, WITHOUT_END[name], name);
  }
});

/** Each entry of the table of what GitHub and gh say, in their words. */
import assert from 'node:assert/strict';
import { test } from 'node:test';
import {
  GITHUB_MESSAGES,
  type GitHubKind,
  gitHubFailure,
  isGitHubFailure,
  readGitHubMessage,
} from '../../clients/github/failures.ts';
import { parseAnswer, wordsOf } from '../../clients/github/gh.ts';
import { parseOrigin } from '../../clients/github/origin.ts';

const field = (name: string) => ({
  message: 'Validation Failed',
  errors: [{ resource: 'PullRequest', field: name, code: 'invalid' }],
});
const custom = (message: string) => ({
  message: 'Validation Failed',
  errors: [{ resource: 'PullRequest', code: 'custom', message }],
});

/** What GitHub's documentation and answers say, by status; without a status, what gh says. */
const SAID: Record<GitHubKind, [status: number | undefined, said: string | object][]> = {
  'not-logged-in': [[undefined, 'To get started with GitHub CLI, please run:  gh auth login']],
  'no-answer': [
    [undefined, 'Get "https://api.github.com/user": dial tcp 127.0.0.1:9: connect: connection refused'],
    [undefined, 'it did not end in time'],
  ],
  'bad-credentials': [[401, { message: 'Bad credentials' }]],
  moved: [
    [301, { message: 'Moved Permanently' }],
    [307, { message: 'Temporary Redirect' }],
  ],
  archived: [[403, { message: 'Repository was archived so is read-only.' }]],
  'secondary-limit': [
    [403, { message: 'You have exceeded a secondary rate limit. Please wait a few minutes before you try again.' }],
    [429, { message: 'You have triggered an abuse detection mechanism.' }],
  ],
  'rate-limit': [
    [403, { message: 'API rate limit exceeded for user ID 1.' }],
    [429, { message: 'Too many' }],
  ],
  'not-in-plan': [
    [403, { message: 'Upgrade to GitHub Pro or make this repository public to enable this feature.' }],
    [403, { message: 'Upgrade to GitHub Team or make this repository public to enable this feature.' }],
  ],
  'not-permitted': [[403, { message: 'Resource not accessible by personal access token' }]],
  'head-moved': [[409, { message: 'Head branch was modified. Review and try the merge again.' }]],
  'base-moved': [[405, { message: 'Base branch was modified. Review and try the merge again.' }]],
  'not-mergeable': [[405, { message: 'Pull Request is not mergeable' }]],
  draft: [[405, { message: 'Pull Request is still a draft' }]],
  'method-not-allowed': [[405, { message: 'Merge commits are not allowed on this repository.' }]],
  protected: [
    [405, { message: 'Required status check "ci" is expected.' }],
    [405, { message: 'At least 1 approving review is required by reviewers with write access.' }],
    [405, { message: 'Repository rule violations found\n\nChanges must be made through the merge queue' }],
  ],
  'merge-refused': [[405, { message: 'New changes require approval from someone other than the last pusher.' }]],
  'pull-request-exists': [[422, custom('A pull request already exists for acme:topic.')]],
  'ref-exists': [[422, { message: 'Reference already exists' }]],
  'ref-missing': [[422, { message: 'Reference does not exist' }]],
  'no-commits': [[422, custom('No commits between main and topic')]],
  'branch-missing': [
    [422, field('head')],
    [422, field('base')],
  ],
  'own-pull-request': [[422, { message: 'Unprocessable Entity', errors: ['Can not approve your own pull request'] }]],
  'line-not-in-diff': [
    [422, { message: 'Unprocessable Entity', errors: ['Line could not be resolved'] }],
    [422, { message: 'Validation Failed', errors: [{ message: 'line must be part of the diff' }] }],
  ],
  refused: [[422, { message: 'Validation Failed', errors: [{ resource: 'Issue', field: 'labels', code: 'invalid' }] }]],
  'not-found': [[404, { message: 'Not Found' }]],
  broken: [[502, '<html>Bad gateway</html>']],
};

for (const { kind, type, final } of GITHUB_MESSAGES) {
  test(`GitHub's words for ${kind} are ${final ? 'final ' : ''}${type}`, () => {
    for (const [status, given] of SAID[kind]) {
      const said = typeof given === 'string' ? wordsOf(given) : wordsOf(JSON.stringify(given));
      const known = readGitHubMessage(status, said);
      assert.equal(known?.kind, kind, said);
      const failure = gitHubFailure({ asked: 'GET it', status, said });
      assert.deepEqual([failure.type, failure.nonRetryable], [known.type, known.final]);
      assert.ok(isGitHubFailure(failure, kind));
    }
  });
}

test('who is told when to come back may come back, whatever the words', () => {
  const failure = gitHubFailure({ asked: 'GET it', status: 403, said: 'Please wait', retryAfterSeconds: 1.2 });
  assert.deepEqual([failure.type, failure.nonRetryable, failure.nextRetryDelay], ['RateLimited', false, '2s']);
  assert.equal(gitHubFailure({ asked: 'GET it', status: 418, said: 'A teapot' }).nonRetryable, false);
});

test('what gh prints is taken apart, and what is no answer is told', () => {
  const answer = parseAnswer('HTTP/2.0 200 OK\r\nEtag: W/"a:b"\r\nX-Ratelimit-Remaining: 7\r\n\r\n{"a":"\n\n"}');
  assert.deepEqual([answer?.status, answer?.headers.get('etag'), answer?.text], [200, 'W/"a:b"', '{"a":"\n\n"}']);
  assert.equal(parseAnswer('gh: something\n\nelse'), undefined);
});

test('an origin is read in each of its shapes', () => {
  const of = (url: string) => {
    const { hostname, owner, name } = parseOrigin(url) ?? {};
    return [hostname, owner, name].join(' ');
  };
  assert.equal(of('git@github.com:acme/till.git'), 'github.com acme till');
  assert.equal(of('ssh://git@ssh.github.com:443/acme/till.git'), 'github.com acme till');
  assert.equal(of('ssh://git@git.example.com:2222/acme/till'), 'git.example.com acme till');
  assert.equal(of('https://github.com/acme/till.js.git'), 'github.com acme till.js');
  assert.equal(of('https://me:secret@git.example.com:8443/acme/till/'), 'git.example.com:8443 acme till');
  assert.equal(of('work:acme/till'), 'work acme till');
  for (const none of ['/srv/till.git', '../till', 'file:///srv/till.git', 'https://github.com/acme']) {
    assert.equal(parseOrigin(none), undefined, none);
  }
});

test('an origin goes on without what it held for a login, but for the user of ssh', () => {
  for (const [given, kept] of [
    ['https://me:secret@github.com/acme/till.git', 'https://github.com/acme/till.git'],
    ['https://secret@github.com/acme/till', 'https://github.com/acme/till'],
    ['https://github.com/acme/till', 'https://github.com/acme/till'],
    ['ssh://git:secret@github.com:22/acme/till', 'ssh://git@github.com:22/acme/till'],
    ['ssh://git@github.com/acme/till', 'ssh://git@github.com/acme/till'],
    ['git@github.com:acme/till.git', 'git@github.com:acme/till.git'],
  ] as const) {
    assert.equal(parseOrigin(given)?.url, kept);
  }
});

/** What an API answers in which every text is the same, one that a terminal would obey. */
import { anEpic, aRequest, aTask } from './api-answers.ts';

const AT = '2026-01-02T03:04:05.000Z';

export function hostileAnswer(
  text: string,
  { method, path }: { readonly method: string; readonly path: string },
): unknown {
  const hold = () => ({ kind: 'person' as const, reason: text, since: AT });
  const failure = () => ({ type: 'TaskFailed', message: text });
  const criterionOf = () => ({
    criterion: text,
    judged: {
      ...{ verdict: 'met', how: text, note: text, proof: 'said', exitCode: 1, commitSha: text, isOutdated: true },
      ...{ reviewer: text, turn: 1, at: AT },
    },
  });

  const pause = { by: text, comment: text, since: AT };

  if (path.includes('refused')) return { error: { code: 'TaskRunning', message: text } };
  if (method !== 'GET') return { status: 'done', changed: true, message: text };
  const task = aTask({ key: 'slugs', title: text, phase: text, hold: hold(), failure: failure(), state: 'FAILED' });
  const request = aRequest({ question: text });
  if (path.startsWith('/human-requests')) {
    const answer = { requestId: 'merge-1', decision: text, by: text, comment: text };
    const holdsUp = { tasks: [{ key: 'slugs', title: text, state: 'BLOCKED', since: AT }], agents: [] };
    return [{ ...request, answer, epicCostUsd: 1, epicCapUsd: null, holdsUp, closedAt: AT }];
  }
  if (path.startsWith('/search'))
    return {
      epics: [{ id: 'shop', title: text, state: 'FAILED', startedAt: AT }],
      tasks: [{ id: 'shop.slugs', epicId: 'shop', key: 'slugs', title: text, state: 'PENDING', updatedAt: AT }],
      agents: [],
      pullRequests: [
        { repository: text, number: 1, epicId: 'shop', title: text, head: text, state: 'open', url: text },
      ],
    };
  if (path.startsWith('/mail')) {
    const ends = { doneAt: null, doneBy: null, lapsedAt: null, replyTo: null };
    const mail = {
      ...{ number: 1, epicId: 'shop', epicTitle: text, kind: 'mail', from: text, by: text, to: text, subject: text },
      ...{ body: text, awaitsReply: true, times: 2, sentAt: AT, lastSentAt: AT, ...ends },
      readBy: { agentId: text, turn: 1, at: AT },
    };
    return path.startsWith('/mail/') ? { mail, asked: mail, answers: [mail] } : { waiting: 1, mails: [mail] };
  }
  if (path.startsWith('/lanes')) {
    const member = { epicId: 'shop', taskKey: null, epicTitle: text, title: text, since: AT, grantedAt: null };
    const lane = { repository: text, branch: text, isLive: true, verdicts: [], leadTime: null };
    return { lanes: [{ ...lane, merging: member, settling: [member], waiting: [member] }], more: true };
  }
  if (path.startsWith('/fleet')) {
    const place = { epicId: 'shop', epicTitle: text, taskKey: 'slugs', title: text, since: AT };
    const host = { name: text, capacity: 1, taken: 1, sandbox: text, lastSeenAt: AT, refusal: text, leftAt: null };
    return {
      hosts: [{ ...host, placements: [place] }],
      lostPlacements: [{ ...place, host: text }],
      agents: [{ id: text, turn: 1, hold: null, phase: text, since: AT, lastLine: text }],
      pause,
      providerHolds: [{ provider: text, model: text, until: AT, reason: text }],
      forgeLimits: [{ host: text, quota: 1, remaining: 1, resetsAt: AT, silentUntil: null }],
      epics: { admitted: 1, waiting: 0, atOnce: null },
      limits: null,
      versions: { factory: text, node: text, postgres: text, temporal: text },
    };
  }
  if (path.includes('/costs')) {
    const sum = {
      settledUsd: 1,
      unknownUsd: 1,
      reservedUsd: 1,
      tokens: 1,
      calls: { answered: 1, failed: 1, unknown: 1, open: 0 },
    };
    const agent = { agentId: text, turns: 1, state: text, model: text, ...sum };
    return {
      epicId: 'shop',
      ...{ capUsd: 2, capTokens: null },
      ...sum,
      byPurpose: [{ purpose: text, ...sum }],
      byTask: [{ taskKey: text, title: text, capUsd: null, capTokens: null, ...sum }],
      byAgent: [agent],
    };
  }
  if (path.includes('/plan')) {
    const checked = { commitSha: text, checks: [{ check: text, exitCode: 1 }], unrun: [text], coveredBy: text, at: AT };
    const planned = { id: 'shop.slugs', key: 'slugs', title: text, description: text, acceptance: [text] };
    const revision = { number: 1, at: AT, by: text, why: text, changes: [text] };
    const overlaps = [{ tasks: [text, text], files: [text] }];
    const task = {
      ...{ ...planned, criteria: [criterionOf()], dependsOn: [text], files: [text] },
      ...{ state: 'PENDING', hasStarted: false, checked },
    };
    return { epicId: 'shop', revision: 1, overlaps, revisions: [revision], tasks: [task] };
  }
  if (path.includes('/account')) {
    const said = { at: AT, lastAt: AT, times: 2, kind: 'question', actor: text, text, reason: text, entries: [1] };
    const steps = [{ ...said, answer: { at: AT, by: text, decision: text, words: text } }];
    return {
      ...{
        epicId: 'shop',
        from: AT,
        to: AT,
        outcome: text,
        tasks: { [text]: 1 },
        people: [{ name: text, decisions: 1 }],
      },
      counts: { questions: 1, unanswered: 0, retries: 0, refusals: 0, failures: 0 },
      chapters: [{ title: text, taskKey: null, outcome: text, steps }],
    };
  }
  if (path.startsWith('/tasks/'))
    return {
      ...task,
      description: text,
      acceptance: [text],
      criteria: [criterionOf()],
      reviews: [{ submission: 1, verdict: text, summary: text, comments: [{ path: text, line: 1, body: text }] }],
      agents: [],
      evidence: [],
      unrun: [],
      epicId: 'shop',
      worktree: text,
      submissions: [],
      pullRequests: [],
      requests: [request],
      turns: [],
      checkpoints: [],
      cost: { settledUsd: 0, reservedUsd: 0, capUsd: null },
      commits: [],
      retries: [],
      progress: [],
      rewinds: [],
    };
  if (path.includes('/log'))
    return path.includes('after=0')
      ? [
          {
            id: 1,
            at: '2026-01-02T03:04:05.000Z',
            epicId: 'shop',
            taskKey: null,
            actor: text,
            kind: 'decision',
            decision: text,
            reason: text,
          },
        ]
      : [];
  if (path.includes('/diff/patch'))
    return { path: text, patch: text, next: null, totalBytes: null, isLast: true, isCut: true };
  if (path.includes('/diff'))
    return {
      pullRequest: 1,
      title: text,
      head: text,
      base: text,
      headSha: 'a'.repeat(40),
      baseSha: 'b'.repeat(40),
      totals: { files: 2, additions: 1, deletions: 0 },
      files: [
        { path: text, previousPath: text, status: 'renamed', additions: 1, deletions: 0, isBinary: false },
        { path: text, previousPath: null, status: 'added', additions: 0, deletions: 0, isBinary: true },
      ],
      next: null,
    };
  if (path.startsWith('/intake'))
    return [
      {
        identifier: text,
        outcome: 'epic',
        epicId: 'shop',
        lookedAt: '2026-01-02T03:04:05.000Z',
        title: text,
        reason: text,
      },
    ];
  if (path.startsWith('/pause')) return { pause };
  if (path.startsWith('/hosts'))
    return [
      {
        name: text,
        capacity: 1,
        taken: 0,
        sandbox: text,
        lastSeenAt: '2026-01-02T03:04:05.000Z',
        refusal: text,
        leftAt: null,
      },
    ];
  const epic = anEpic({
    factoryPause: pause,
    title: text,
    phase: text,
    hold: hold(),
    failure: failure(),
    tasks: [task],
    requests: [request],
    state: 'FAILED',
    sandboxes: [{ host: text, description: text }],
  });
  return /^\/epics(\?|$)/.test(path) ? [{ ...epic, tasks: { FAILED: 1 }, openRequests: 1, costUsd: 0 }] : epic;
}

/** Webhooks of the double: signed as GitHub signs them, delivered one after the other, each once. */
import { createHmac, randomUUID } from 'node:crypto';
import { refresh, show } from './pulls.ts';
import { headsOf, isoNow, type Pull, type RepositoryState, type User } from './state.ts';

export interface Delivery {
  readonly id: string;
  readonly event: string;
  readonly status: number;
}

interface About {
  readonly repository: RepositoryState;
  readonly user: User;
  readonly url: string;
  readonly pull?: Pull | undefined;
}

export function createHooks() {
  const deliveries: Delivery[] = [];
  let listener: { url: string; secret: string } | undefined;
  let last: Promise<void> = Promise.resolve();

  async function deliver(event: string, body: string): Promise<void> {
    if (listener === undefined) return;
    const id = randomUUID();
    const signature = `sha256=${createHmac('sha256', listener.secret).update(body).digest('hex')}`;
    const headers = {
      ...{ 'content-type': 'application/json', 'user-agent': 'GitHub-Hookshot/double' },
      ...{ 'x-github-event': event, 'x-github-delivery': id, 'x-hub-signature-256': signature },
    };
    const status = await fetch(listener.url, { method: 'POST', headers, body }).then(
      (answer) => answer.status,
      () => 0,
    );
    deliveries.push({ id, event, status });
  }

  const hooks = {
    deliveries,

    /** From now on the address is told. */
    listen(url: string, secret: string): void {
      listener = { url, secret };
    },

    send(event: string, payload: object, { repository, user, pull, url }: About): void {
      const { owner, name } = repository;
      const about = pull === undefined ? {} : { pull_request: show(repository, pull, url) };
      const body = { ...payload, ...about, repository: { name, full_name: `${owner}/${name}` }, sender: user };
      last = last.then(() => deliver(event, JSON.stringify(body)));
    },

    /** What a push moved: the push itself, and the pull requests that follow. */
    async pushed(repository: RepositoryState, before: Map<string, string>, about: Omit<About, 'repository'>) {
      const after = await headsOf(repository);
      for (const [branch, sha] of after) {
        if (before.get(branch) === sha) continue;
        const push = { ref: `refs/heads/${branch}`, before: before.get(branch) ?? '0'.repeat(40), after: sha };
        hooks.send('push', push, { repository, ...about });
        const judged = await runCi(repository, branch, sha);
        if (judged !== undefined) hooks.send('check_run', judged, { repository, ...about });
        for (const pull of repository.pulls.values()) {
          const isOpen = () => pull.state === 'open';
          if (pull.head !== branch || pull.fork !== undefined || !isOpen()) continue;
          await refresh(repository, pull);
          const action = isOpen() ? 'synchronize' : 'closed';
          hooks.send('pull_request', { action, number: pull.number }, { repository, ...about, pull });
        }
      }
    },

    /** All that was to be told has been. */
    settled: (): Promise<void> => last,
  };
  return hooks;
}

/** The one check of a repository's continuous integration, done at once; answers with what is told of it. */
async function runCi(repository: RepositoryState, branch: string, sha: string): Promise<object | undefined> {
  const conclusion = await repository.ci?.(branch, sha);
  if (conclusion === undefined) return undefined;
  const at = isoNow();
  const run = {
    id: repository.nextId++,
    sha,
    name: 'ci',
    app: 'github-actions',
    status: 'completed' as const,
    conclusion,
  };
  repository.checkRuns.push({ ...run, startedAt: at, completedAt: at, log: `ci says ${conclusion}` });
  return { action: 'completed', check_run: { id: run.id, head_sha: sha, check_suite: { head_branch: branch } } };
}

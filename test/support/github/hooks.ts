/** Webhooks of the double: signed as GitHub signs them, delivered one after the other, each once. */
import { createHmac, randomUUID } from 'node:crypto';
import { refresh, show } from './pulls.ts';
import type { Pull, RepositoryState, User } from './state.ts';

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

    async heads({ git }: RepositoryState): Promise<Map<string, string>> {
      const listed = await git.git('for-each-ref', '--format=%(refname) %(objectname)', 'refs/heads');
      return new Map(listed.split('\n').map((line) => line.split(' ') as [string, string]));
    },

    /** What a push moved: the push itself, and the pull requests that follow. */
    async pushed(repository: RepositoryState, before: Map<string, string>, about: Omit<About, 'repository'>) {
      const after = await hooks.heads(repository);
      for (const [ref, sha] of after) {
        if (before.get(ref) === sha) continue;
        hooks.send('push', { ref, before: before.get(ref) ?? '0'.repeat(40), after: sha }, { repository, ...about });
        for (const pull of repository.pulls.values()) {
          const isOpen = () => pull.state === 'open';
          if (`refs/heads/${pull.head}` !== ref || !isOpen()) continue;
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

/** A repository that was renamed or moved is found under its new name, once it is certain that it is the same one. */
import { finalFailure } from '../../clients/failures.ts';
import { isGitHubFailure, locationOf } from '../../clients/github/failures.ts';
import type { GitHubClient } from '../../clients/github/gh.ts';
import type { Origin } from '../../clients/github/origin.ts';
import type { Database } from '../../db/connection.ts';
import { noteGitHubRepository } from '../../db/writes/github-repositories.ts';

/** What GitHub says of a repository, whatever name it was asked by. */
export interface RepositoryFacts {
  readonly node_id: string;
  readonly full_name: string;
  readonly default_branch: string;
  readonly archived: boolean;
}

export interface Identity {
  readonly repository: string;
  readonly hostname: string;
  readonly nodeId: string;
  readonly fullName: string;
}

/** Notes what a configured repository is, and returns what it was noted as before. */
export type NoteIdentity = (identity: Identity) => Promise<Identity>;

/** In PostgreSQL, for all worker processes. */
export const createNoteIdentity =
  (db: Database): NoteIdentity =>
  async ({ repository, hostname, nodeId, fullName }) => {
    const row = await noteGitHubRepository(db, { repository, host: hostname, node_id: nodeId, full_name: fullName });
    return { repository, hostname: row.host, nodeId: row.node_id, fullName: row.full_name };
  };

/**
 * Reads what a repository is, by a former name of it too: GitHub leads whoever asks so to its id. gh follows, but to a host
 * with a port it brings no login; a write that changes nothing then says where that leads.
 */
export async function readFacts(client: GitHubClient, at: string, signal?: AbortSignal): Promise<RepositoryFacts> {
  const read = async (path: string) => (await client.call<RepositoryFacts>({ path, signal })).body;
  try {
    return await read(at);
  } catch (error) {
    if (!isGitHubFailure(error, 'bad-credentials', 'moved')) throw error;
    const location = locationOf(error) ?? (await askByWrite(client, at, signal));
    const byId = /\/(repositories\/\d+)/.exec(location ?? '')?.[1];
    if (byId === undefined) throw error;
    return await read(byId);
  }
}

/** Without a ref to make it is refused, unless it is sent elsewhere before anybody looks at it. */
async function askByWrite(client: GitHubClient, at: string, signal?: AbortSignal): Promise<string | undefined> {
  try {
    await client.call({ method: 'POST', path: `${at}/git/refs`, body: {}, signal });
    return undefined;
  } catch (error) {
    return locationOf(error);
  }
}

/**
 * The origin under the name that the repository has now.
 * Fails RepositoryMissing (final) when the name belongs to another repository than the one that was worked on.
 */
export async function adopt(
  origin: Origin,
  facts: RepositoryFacts,
  { repository, note }: { readonly repository: string; readonly note: NoteIdentity },
): Promise<Origin> {
  const { node_id: nodeId, full_name: fullName } = facts;
  const { hostname } = origin;
  const known = await note({ repository, hostname, nodeId, fullName });
  if (known.nodeId !== nodeId || known.hostname !== hostname) {
    throw finalFailure(
      'RepositoryMissing',
      `The origin of "${repository}" is now ${fullName} on ${hostname}, which is not the repository that it was before (${known.fullName} on ${known.hostname}). Set the origin back; or, if you mean the new one, delete the row "${repository}" of the table github_repositories`,
    );
  }
  const [owner = origin.owner, name = origin.name] = fullName.split('/');
  return { ...origin, owner, name };
}

/** Answers that are being written, of several transcripts at once. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';
import type { DraftBlock } from '../writes/drafts.ts';

export interface Draft {
  readonly turn: number;
  /** The number of the call in its turn; another call follows one that failed. */
  readonly call: number;
  readonly blocks: readonly DraftBlock[];
}

export interface DraftRow {
  readonly transcript: string;
  /** The last turn whose answer is stored; 0 before the first. */
  readonly stored: number;
  /** Undefined while nothing is written. */
  readonly draft:
    | (Omit<Draft, 'blocks'> & { readonly version: string; readonly blocks: Draft['blocks'] | null })
    | undefined;
}

/** The writer of a draft rewrites it more often than this, changed or not. */
const DEAD_AFTER_SECONDS = 20;

/** A row for each transcript; `blocks` is null where the draft still has the version that is known. */
export async function readDrafts(
  db: Database,
  watched: readonly { readonly transcript: string; readonly version: string | undefined }[],
): Promise<DraftRow[]> {
  const ids = watched.map(({ transcript }) => transcript);
  const versions = watched.map(({ version = '' }) => version);
  const { rows } = await sql<{
    transcript: string;
    stored: number;
    turn: number | null;
    call: number;
    version: string;
    blocks: DraftBlock[] | null;
  }>`
    select watched.transcript, drafts.turn, drafts.call, drafts.updated_at::text as version,
      case when drafts.updated_at::text <> watched.version then drafts.blocks end as blocks,
      coalesce((select max(turn) from agent_turns where transcript = watched.transcript), 0) as stored
    from unnest(${ids}::text[], ${versions}::text[]) as watched (transcript, version)
    left join drafts on drafts.transcript = watched.transcript
      and drafts.updated_at > now() - make_interval(secs => ${sql.lit(DEAD_AFTER_SECONDS)})
  `.execute(db);
  return rows.map(({ transcript, stored, turn, call, version, blocks }) => ({
    transcript,
    stored,
    // Of an answer that is stored, when its last write came too late.
    draft: turn === null || turn <= stored ? undefined : { turn, call, version, blocks },
  }));
}

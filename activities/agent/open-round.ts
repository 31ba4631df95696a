/** Opens a round of an agent: its transcript, and in it what is wanted now. */
import type { Database } from '../../db/connection.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type OpenedTranscript, openOrRead } from './open-transcript.ts';
import { type BriefSources, createWriteBrief, type WriteBriefInput } from './write-brief.ts';

export interface OpenRoundInput extends Omit<WriteBriefInput, 'agentId' | 'turn'> {
  readonly purpose: Purpose;
  /** Names the wish for an agent: all of its rounds are in one transcript. */
  readonly openedBy: string;
}

export function createOpenRound({ db, sources }: { db: Database; sources: BriefSources }) {
  const writeBrief = createWriteBrief({ db, sources });
  return {
    /**
     * Opens the transcript of the next attempt of (epic, task, purpose), or goes on in the one that `openedBy` opened, and
     * stores the brief that its next turn begins with. Returns the agent and that turn.
     * Idempotent: the transcript is found by `openedBy`, and no turn is taken before this has returned, so that a retry
     * writes to the same turn, whose first text stays since the model may have read it. A retry of a brief that failed
     * therefore uses no other attempt number.
     * Fails: what git says (see activities/git).
     * Runs on: host-<name>.
     */
    openRound: (input: OpenRoundInput): Promise<OpenedTranscript> =>
      withHeartbeat(async (signal) => {
        const { purpose, openedBy, ...round } = input;
        const { epicId, taskKey } = input;
        const task = taskKey === undefined ? {} : { taskKey };
        const opened = await openOrRead(db, { epicId, purpose, openedBy, ...task });
        await writeBrief({ ...round, agentId: opened.agentId, turn: opened.nextTurn }, signal);
        return opened;
      }),
  };
}

/** Opens a round of an agent: its transcript, and in it what is wanted now. */
import { Context } from '@temporalio/activity';
import type { Database } from '../../db/connection.ts';
import { readRound } from '../../db/writes/transcripts.ts';
import type { Purpose } from '../../workflows/contract/states.ts';
import type { OpenedTranscript } from '../../workflows/contract/transcript.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { openOrRead } from './open-transcript.ts';
import { type BriefSources, createWriteBrief, type WriteBriefInput } from './write-brief.ts';

export interface OpenRoundInput extends Omit<WriteBriefInput, 'agentId' | 'turn' | 'round'> {
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
     * Idempotent: the transcript is found by `openedBy`, the brief by this activity, and its first text stays since the
     * model may have read it. No turn is taken before an attempt has returned, so that a retry writes to the same turn; an
     * attempt that wakes up later finds the brief of its retry, or that its place has been left, and writes nothing.
     * Fails: what git says (see clients/git).
     * Runs on: host-<name>.
     */
    openRound: (input: OpenRoundInput): Promise<OpenedTranscript> =>
      withHeartbeat(async (signal) => {
        const { purpose, openedBy, ...round } = input;
        const { epicId, taskKey } = input;
        const task = taskKey === undefined ? {} : { taskKey };
        const opened = await openOrRead(db, { epicId, purpose, openedBy, ...task });
        const { agentId, nextTurn: turn } = opened;
        const { activityId, workflowExecution } = Context.current().info;
        const name = `${workflowExecution?.runId}/${activityId}`;
        const begun = await readRound(db, agentId, name);
        if (begun !== undefined) return { ...opened, nextTurn: begun };
        await writeBrief({ ...round, agentId, turn, round: name }, signal);
        return opened;
      }),
  };
}

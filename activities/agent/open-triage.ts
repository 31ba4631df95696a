/** Opens the round of the Supervisor agent: its transcript, and in it what is known of a task that has failed. */
import { finalFailure } from '../../clients/failures.ts';
import type { Database } from '../../db/connection.ts';
import { readStallFacts } from '../../db/reads/stalled-epics.ts';
import { readTriageFacts, type TriageFacts } from '../../db/reads/triage-facts.ts';
import { writeBriefRow } from '../../db/writes/transcripts.ts';
import type { OpenedTranscript } from '../../workflows/contract/transcript.ts';
import type { TriageBrief } from '../../workflows/contract/triage.ts';
import type { MirrorReader } from '../forge/diff.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { openOrRead } from './open-transcript.ts';
import { stallText, triageText } from './triage-brief.ts';

export interface OpenTriageInput {
  readonly epicId: string;
  /** None when it is about the epic itself. */
  readonly taskKey?: string;
  /** Names the wish for the agent: one failure has one. */
  readonly openedBy: string;
  readonly repository: string;
  /** The branch that the task's work goes into. */
  readonly base: string;
  readonly brief: TriageBrief;
}

const MOST_PIECES = 4;

export function createOpenTriage({ db, mirror }: { db: Database; mirror: MirrorReader }) {
  return {
    /**
     * Opens the transcript of the Supervisor agent for one failure, or goes on in the one that `openedBy` opened, and
     * stores the brief of its first turn: the task, the failure, the newest of log, transcript, evidence and change; of an
     * epic its tasks and agents.
     * Idempotent: the transcript is found by `openedBy`; a brief that is there stays, since the model may have read it.
     * Fails: NotFound when the epic or task was never recorded (final); PostgreSQL that is away (retried). A change that no
     * repository on this machine has is left out.
     * Runs on: factory.
     */
    openTriage: (input: OpenTriageInput): Promise<OpenedTranscript> =>
      withHeartbeat(async () => {
        const { epicId, taskKey, openedBy } = input;
        const task = taskKey === undefined ? {} : { taskKey };
        const opened = await openOrRead(db, { epicId, ...task, purpose: 'triage', openedBy });
        if (opened.nextTurn > 1) return opened;
        const { agentId: transcript, attempt } = opened;
        const body = taskKey === undefined ? await ofEpic(input, attempt) : await ofTask(input, taskKey, attempt);
        await writeBriefRow(db, { transcript, turn: 1, kind: 'triage', body });
        return opened;
      }),
  };

  async function ofTask(input: OpenTriageInput, taskKey: string, attempt: number): Promise<string> {
    const { epicId, brief } = input;
    const facts = await readTriageFacts(db, epicId, taskKey);
    if (facts === undefined) throw finalFailure('NotFound', `There is no record of the task "${taskKey}"`);
    const diff = await readDiff(mirror, input, facts).catch(() => undefined);
    return triageText({ epicId, taskKey, attempt, brief, facts, diff });
  }

  async function ofEpic({ epicId, brief }: OpenTriageInput, attempt: number): Promise<string> {
    const facts = await readStallFacts(db, epicId);
    if (facts === undefined) throw finalFailure('NotFound', `There is no record of the epic "${epicId}"`);
    return stallText({ epicId, attempt, brief, facts });
  }
}

/** Undefined where it cannot be read here; a long one is cut. */
async function readDiff(
  mirror: MirrorReader,
  { repository, base }: OpenTriageInput,
  { headSha: head }: TriageFacts,
): Promise<string | undefined> {
  if (head === undefined) return undefined;
  const changes = await mirror.readChanges({ repository, base: `refs/heads/${base}`, head });
  if (changes === undefined) return undefined;
  const { baseSha, headSha } = changes;
  const texts: string[] = [];
  for (let afterFile: string | null = null; texts.length < MOST_PIECES; ) {
    const piece = await mirror.readPatch({ repository, baseSha, headSha, from: { afterFile } });
    if (piece === undefined || piece === 'unchanged') break;
    texts.push(piece.text);
    if (piece.isLast) break;
    afterFile = piece.path;
  }
  return texts.join('');
}

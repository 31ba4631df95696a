/** Makes an issue an epic, once, or tells the epic that it already is. */
import { createHash } from 'node:crypto';
import { type Client, WorkflowExecutionAlreadyStartedError, WorkflowNotFoundError } from '@temporalio/client';
import { finalFailure } from '../../clients/failures.ts';
import { isRefused } from '../../clients/linear/client.ts';
import type { Database } from '../../db/connection.ts';
import { endedWith, epicToldToEndAt, findTaken, type TakenIssue } from '../../db/reads/tracker.ts';
import { writeSkipped, writeTaken } from '../../db/writes/tracker.ts';
import { epicIdOfIssue, epicWorkflowId } from '../../workflows/contract/ids.ts';
import { epicStartOptions } from '../../workflows/contract/start-options.ts';
import { type Intake, type IssueRef, issueChangedSignal } from '../../workflows/contract/tracker.ts';
import { withHeartbeat } from '../heartbeat.ts';
import { type IntakeRules, isWanted, readEpic } from './read-epic.ts';
import type { Issue, Tracker } from './tracker.ts';

export interface TakeIssueDependencies {
  readonly db: Database;
  readonly temporal: Client;
  /** Undefined where none is configured. */
  readonly tracker: Tracker | undefined;
  readonly rules: IntakeRules | undefined;
}

interface Considered {
  readonly issue: Issue;
  readonly known: TakenIssue | undefined;
  readonly tracker: Tracker;
  readonly rules: IntakeRules;
}

export function createTakeIssue({ db, temporal, tracker, rules }: TakeIssueDependencies) {
  return {
    /**
     * Starts the epic of an issue that asks to be built. An issue whose epic runs is told to that; one whose epic has
     * ended becomes another only when it was reopened since. What is left although it asks leaves its reason.
     * Idempotent: the epic's id comes from the issue, and an id starts once.
     * Fails: InvalidInput without a tracker, TrackerRefused when the issue itself cannot be read (final); NotAuthenticated,
     * RateLimited, TrackerUnavailable (retried).
     * Runs on: factory.
     */
    takeIssue: ({ issueId }: IssueRef): Promise<Intake> =>
      withHeartbeat(async () => {
        if (tracker === undefined || rules === undefined) {
          throw finalFailure('InvalidInput', 'LINEAR_API_KEY is not set where queue factory is served');
        }
        const known = await findTaken(db, issueId);
        if (known !== undefined && (await tell(known.epicId))) return { outcome: 'told', epicId: known.epicId };
        const issue = await tracker.readIssue(issueId);
        if (issue === undefined) return { outcome: 'ignored', reason: 'there is no such issue any more' };
        return consider({ issue, known, tracker, rules }).catch((error: unknown) => {
          if (!isRefused(error)) throw error;
          return skip(issue, `Linear does not say what is needed to judge it: ${(error as Error).message}`);
        });
      }),
  };

  async function consider({ issue, known, ...configured }: Considered): Promise<Intake> {
    const wanted = isWanted(issue, configured.rules);
    if (wanted === 'not-asked') return { outcome: 'ignored', reason: 'nothing on it asks for it' };
    if (known !== undefined && !(await isReopened(issue, known, configured.tracker))) {
      return { outcome: 'ended', epicId: known.epicId, reason: 'its epic has ended; reopen the issue for another' };
    }
    if (wanted !== 'wanted') return skip(issue, wanted.skipped);
    const whole = await wholeOf(issue);
    if (whole !== undefined) return skip(issue, whole);
    const read = readEpic(issue, await configured.tracker.readSubIssues(issue.id), configured.rules);
    if ('skipped' in read) return skip(issue, read.skipped);
    return start(issue, read.input, (known?.generation ?? 0) + 1);
  }

  /** False when the epic has ended. */
  async function tell(epicId: string): Promise<boolean> {
    try {
      await temporal.workflow.getHandle(epicWorkflowId(epicId)).signal(issueChangedSignal, {});
      return true;
    } catch (error) {
      if (error instanceof WorkflowNotFoundError) return false;
      throw error;
    }
  }

  /**
   * By the tracker's own history, so that an end that we could not tell it does not look like somebody's wish. Our own
   * last move is to a final state. A person who reopened it while its epic
   * worked, and ended the epic afterwards, does not want another.
   */
  async function isReopened(issue: Issue, known: TakenIssue, from: Tracker): Promise<boolean> {
    const reopenedAt = await from.readReopenedAt(issue.id);
    if (reopenedAt === undefined) return false;
    return new Date(reopenedAt) > ((await epicToldToEndAt(db, known.epicId)) ?? known.takenAt);
  }

  /** Why a sub-issue is left to the epic that its parent became; undefined when there is none, or it ended without it. */
  async function wholeOf({ parent, identifier }: Issue): Promise<string | undefined> {
    const taken = parent === undefined ? undefined : await findTaken(db, parent.id);
    if (taken === undefined) return undefined;
    const { isEnded, hasTask } = await endedWith(db, taken.epicId, identifier.toLowerCase());
    if (hasTask) return `it is a task of ${taken.epicId}, which ${parent?.identifier} became as a whole`;
    return isEnded ? undefined : `it is a part of ${parent?.identifier}, whose epic ${taken.epicId} has not ended`;
  }

  async function skip(issue: Issue, reason: string): Promise<Intake> {
    await writeSkipped(db, { ...about(issue), reason });
    return { outcome: 'skipped', reason };
  }

  async function start(issue: Issue, input: Parameters<typeof summary>[0], generation: number): Promise<Intake> {
    const first = epicIdOfIssue('linear', issue.identifier) ?? `linear-${issue.id.toLowerCase()}`;
    const epicId = generation === 1 ? first : `${first}-${generation}`;
    try {
      await temporal.workflow.start('epicWorkflow', { ...epicStartOptions(epicId, input.title), args: [input] });
    } catch (error) {
      if (!(error instanceof WorkflowExecutionAlreadyStartedError)) throw error;
    }
    const { startTime } = await temporal.workflow.getHandle(epicWorkflowId(epicId)).describe();
    const reason = generation === 1 ? summary(input) : `reopened; ${summary(input)}`;
    await writeTaken(db, {
      ...about(issue),
      epicId,
      generation,
      takenAt: startTime,
      textHash: textHash(issue),
      reason,
    });
    return { outcome: 'started', epicId };
  }
}

const summary = ({ tasks }: { readonly title: string; readonly tasks?: readonly unknown[] | undefined }) =>
  tasks === undefined ? 'an agent plans it' : `its ${tasks.length} open sub-issues are the tasks`;

/** Changes when somebody rewrites the issue. */
export const textHash = ({ title, description }: Pick<Issue, 'title' | 'description'>): string =>
  createHash('sha256').update(title).update('\0').update(description).digest('hex');

const about = ({ id, identifier, title, url }: Issue) => ({ issueId: id, identifier, title, url });

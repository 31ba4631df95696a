/** Lanes as people see them: the order of each from its own workflow, names and history from the database. */
import { type Client, WorkflowNotFoundError } from '@temporalio/client';
import type { Database } from '../db/connection.ts';
import { lineWorkflowId } from '../db/line-id.ts';
import {
  type Lane,
  type LaneWork,
  listLanes,
  listLaneVerdicts,
  listLaneWork,
  listLeadTimes,
} from '../db/reads/lanes.ts';
import { taskId } from '../workflows/contract/ids.ts';
import { type AskTurn, type LineStatus, lineStatusQuery } from '../workflows/contract/line.ts';
import { createThrottle } from './throttle.ts';

/** Whose turn it is in a lane, from the lane itself; undefined while nobody answers. */
type LineReader = (lane: Lane) => Promise<LineStatus | undefined>;

/** A lane costs Temporal two calls, and every event of a task has the pages read all lanes again. */
const ASK_EVERY_MS = 500;

/** Asks each lane at most so often, however many look. */
export function createLineReader(temporal: Client): LineReader {
  const throttled = createThrottle<LineStatus | undefined>(ASK_EVERY_MS);
  return (lane) => throttled(lineWorkflowId(lane), () => readStatus(temporal, lane));
}

/** A lane that does not answer by then is shown as its members recorded it. */
const ANSWER_WITHIN_MS = 1_000;

export async function readLanes(db: Database, readLine: LineReader) {
  const { lanes, more } = await listLanes(db);
  const [statuses, verdicts, leadTimes] = await Promise.all([
    Promise.all(lanes.map((lane) => (lane.isWanted ? readLine(lane) : NOBODY))),
    listLaneVerdicts(db, lanes),
    listLeadTimes(db, lanes),
  ]);
  const asked = statuses.flatMap((status) => status?.members.map(({ member }) => member) ?? []);
  const work = await listLaneWork(db, asked);
  const isOf =
    (lane: Lane) =>
    (other: { readonly repository: string | null; readonly branch: string | null }): boolean =>
      other.repository === lane.repository && other.branch === lane.branch;
  const shown = lanes.map((lane, index) => {
    const status = statuses[index];
    const leadTime = leadTimes.find(isOf(lane));
    return {
      repository: lane.repository,
      branch: lane.branch,
      isLive: status !== undefined,
      ...(status === undefined ? recordedOrder(work.filter(isOf(lane))) : liveOrder(status, work)),
      verdicts: verdicts.filter(isOf(lane)).map(({ repository: _, branch: __, ...verdict }) => verdict),
      leadTime:
        leadTime === undefined
          ? null
          : { merges: leadTime.merges, medianSeconds: leadTime.medianSeconds, p90Seconds: leadTime.p90Seconds },
    };
  });
  return { lanes: shown, more };
}

const NOBODY: LineStatus = { members: [] };

/** Undefined while nobody answers; a line that ended has nobody in it. */
async function readStatus(temporal: Client, lane: Lane): Promise<LineStatus | undefined> {
  const handle = temporal.workflow.getHandle(lineWorkflowId(lane));
  try {
    return await temporal.withDeadline(Date.now() + ANSWER_WITHIN_MS, async () => {
      const { status } = await handle.describe();
      if (status.name !== 'RUNNING') return NOBODY;
      return await handle.query<LineStatus, []>(lineStatusQuery.name);
    });
  } catch (error) {
    return error instanceof WorkflowNotFoundError ? NOBODY : undefined;
  }
}

/** Priority 1 first, 0 (none) last, as the line itself ranks them. */
const rank = (priority: number): number => (priority === 0 ? 5 : priority);

function liveOrder(status: LineStatus, work: readonly LaneWork[]) {
  const { members, holder, settling = [] } = status;
  const merges = members.find(({ member }) => member === holder?.member);
  const settles = members.filter((one) => one !== merges && settling.includes(one.member));
  const waits = members
    .filter((one) => one !== merges && !settles.includes(one))
    .toSorted((a, b) => rank(a.priority) - rank(b.priority) || a.since - b.since);
  const shown = (asked: AskTurn) => memberOf(asked, work);
  return {
    merging:
      merges === undefined
        ? null
        : { ...shown(merges), grantedAt: holder?.since === undefined ? null : iso(holder.since) },
    settling: settles.map(shown),
    waiting: behindEachOther([...(merges === undefined ? [] : [merges]), ...settles].map(shown), waits.map(shown)),
  };
}

const iso = (ms: number): string => new Date(ms).toISOString();

function memberOf({ member, since, priority, isBehind, merging }: AskTurn, work: readonly LaneWork[]) {
  const known = work.find(({ workflowId }) => workflowId === member);
  const [, epicId = member, taskKey] = /^epic-([^/]+)(?:\/task-(.+))?$/.exec(member) ?? [];
  return {
    epicId,
    taskKey: taskKey ?? null,
    epicTitle: known?.epicTitle ?? '',
    title: known?.title ?? '',
    pullRequest: known?.pullRequest ?? null,
    headSha: merging?.headSha ?? null,
    priority,
    isBehind,
    since: iso(since),
  };
}

type Member = ReturnType<typeof memberOf>;

/** Each with the one right before it. */
function behindEachOther(before: readonly Member[], waiting: readonly Member[]) {
  const named = (member: Member | undefined) =>
    member === undefined ? null : member.taskKey === null ? member.epicId : taskId(member.epicId, member.taskKey);
  return waiting.map((member, index) => ({ ...member, behind: named(waiting[index - 1] ?? before.at(-1)) }));
}

/** The order by the records alone: they do not say who has the turn, since its holder does not wait. */
function recordedOrder(work: readonly LaneWork[]) {
  const waits = work
    .filter(({ waitsSince }) => waitsSince !== null)
    .toSorted((a, b) => rank(a.priority) - rank(b.priority) || (a.waitsSince ?? '').localeCompare(b.waitsSince ?? ''))
    .map(({ epicId, epicTitle, taskKey, title, pullRequest, priority, waitsSince }) => ({
      epicId,
      epicTitle,
      taskKey,
      title,
      pullRequest,
      priority,
      headSha: null,
      isBehind: false,
      since: waitsSince ?? '',
    }));
  return { merging: null, settling: [], waiting: behindEachOther([], waits) };
}

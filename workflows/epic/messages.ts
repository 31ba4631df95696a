/** Everything that is said to an epic; the answers and decisions of people have files of their own. */
import { z } from 'zod';
import {
  AskPerson,
  admittedSignal,
  askLaneSignal,
  askPersonSignal,
  doneLaneSignal,
  LaneMessage,
  Person,
  pauseSignal,
  pauseUpdate,
  resumeSignal,
  resumeUpdate,
  settledSignal,
  statusQuery,
  TaskHeard,
  taskHeardSignal,
} from '../contract/epic.ts';
import { taskWorkflowId } from '../contract/ids.ts';
import { Settlement } from '../contract/supervisor.ts';
import { grantLaneSignal } from '../contract/task.ts';
import { issueChangedSignal } from '../contract/tracker.ts';
import { createHandlers } from '../handlers.ts';
import { watchPullRequest } from '../pull-request/watch.ts';
import { registerAnswers } from './answers.ts';
import type { Epic } from './context.ts';
import { askLane, holdsLane, leaveLane } from './lane.ts';
import { registerRewind } from './rewind.ts';
import { findTask } from './state.ts';
import { registerTaskMessages } from './task-messages.ts';

/** Registers every handler; call before the workflow's first await. */
export function registerMessages(epic: Epic) {
  const { data } = epic;
  /** By the id of the escalation that is waited for. */
  const settlements = new Map<string, Settlement | undefined>();
  const handlers = createHandlers((line, reason) => epic.ignore('factory', line, reason), epic.inbox);
  const { onSignal, onUpdate, onQuery } = handlers;

  onQuery(statusQuery, epic.view);
  registerAnswers(epic, handlers);
  const tasks = registerTaskMessages(epic, handlers);
  registerRewind(epic, handlers);

  onSignal(pauseSignal, Person, (person) => void epic.setPaused(true, person));
  onSignal(resumeSignal, Person, (person) => void epic.setPaused(false, person));
  onUpdate(
    pauseUpdate,
    Person,
    () => {},
    (person) => epic.setPaused(true, person),
  );
  onUpdate(
    resumeUpdate,
    Person,
    () => {},
    (person) => epic.setPaused(false, person),
  );

  onSignal(admittedSignal, z.object({}), () => {
    data.admitted = true;
  });
  onSignal(settledSignal, Settlement, (settlement) => {
    if (settlements.has(settlement.escalationId)) settlements.set(settlement.escalationId, settlement);
  });
  onSignal(askPersonSignal, AskPerson, (asked) => epic.open(asked));
  onSignal(askLaneSignal, LaneMessage, (entry) => {
    // Its task was parked when it was granted, or asks again in its next run.
    if (holdsLane(data.lane, entry)) {
      const { taskKey, submission } = entry;
      epic.send(taskWorkflowId(epic.epicId, taskKey), grantLaneSignal, { submission });
    } else askLane(data.lane, entry);
  });
  onSignal(taskHeardSignal, TaskHeard, ({ taskKey, ids }) => {
    const entry = findTask(data, taskKey);
    if (entry !== undefined) entry.heard = [...new Set([...(entry.heard ?? []), ...ids])];
  });
  onSignal(doneLaneSignal, LaneMessage, (entry) => leaveLane(data.lane, entry));
  onSignal(issueChangedSignal, z.object({}), () => {
    epic.issueChanges += 1;
  });
  const watch = watchPullRequest(handlers, {
    known: () => data.pullRequest,
    repository: () => data.settings?.repository,
    memory: data.memory,
  });
  handlers.ignoreOthers();

  return {
    ...tasks,
    watch,
    awaitSettlement: (escalationId: string): void => void settlements.set(escalationId, undefined),
    settlement: (escalationId: string): Settlement | undefined => settlements.get(escalationId),
  };
}

export type Messages = ReturnType<typeof registerMessages>;

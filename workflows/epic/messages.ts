/** Everything that is said to an epic; the answers and decisions of people have files of their own. */
import { z } from 'zod';
import {
  AskPerson,
  admittedSignal,
  askPersonSignal,
  epicStatusQuery,
  Person,
  pauseSignal,
  pauseUpdate,
  resumeSignal,
  resumeUpdate,
  Stalled,
  settledSignal,
  stalledSignal,
  TaskHeard,
  taskHeardSignal,
} from '../contract/epic.ts';
import { mailArrivedSignal } from '../contract/mail.ts';
import { Settlement } from '../contract/supervisor.ts';
import { issueChangedSignal } from '../contract/tracker.ts';
import { createHandlers } from '../handlers.ts';
import { createTurn } from '../line/turn.ts';
import { watchPullRequest } from '../pull-request/watch.ts';
import { registerAnswers } from './answers.ts';
import type { Epic } from './context.ts';
import { registerInterrupt } from './interrupt.ts';
import { noteMail } from './mail-state.ts';
import { registerRevisions } from './revise-plan.ts';
import { registerRewind } from './rewind.ts';
import { findTask, requireSettings } from './state.ts';
import { setAdmitted } from './status-state.ts';
import { registerTaskMessages } from './task-messages.ts';
import { noteHeard, noteSettlement } from './task-state.ts';
import { noteStall } from './triage-state.ts';

/** Registers every handler; call before the workflow's first await. */
export function registerMessages(epic: Epic) {
  const { data } = epic;
  const handlers = createHandlers((line, reason) => epic.ignore('factory', line, reason), epic.receivedUpdates);
  const { onSignal, onUpdate, onQuery } = handlers;

  onQuery(epicStatusQuery, epic.view);
  registerAnswers(epic, handlers);
  const tasks = registerTaskMessages(epic, handlers);
  registerRewind(epic, handlers);
  registerInterrupt(epic, handlers);
  registerRevisions(epic, handlers);

  onSignal(pauseSignal, Person, (person) => epic.setPaused(true, person));
  onSignal(resumeSignal, Person, (person) => epic.setPaused(false, person));
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

  onSignal(admittedSignal, z.object({}), () => setAdmitted(data, true));
  onSignal(settledSignal, Settlement, (settlement) => noteSettlement(data.tasks, settlement));
  onSignal(stalledSignal, Stalled, ({ since }) => noteStall(data, since));
  onSignal(askPersonSignal, AskPerson, (asked) => epic.open(asked));
  onSignal(taskHeardSignal, TaskHeard, ({ taskKey, ids }) => {
    const entry = findTask(data, taskKey);
    if (entry !== undefined) noteHeard(entry, ids);
  });
  onSignal(mailArrivedSignal, z.object({}), () => noteMail(data));
  onSignal(issueChangedSignal, z.object({}), () => {
    epic.issueChanges += 1;
  });
  const watch = watchPullRequest(handlers, {
    known: () => data.pullRequest,
    repository: () => data.settings?.repository,
    memory: data.memory,
  });
  epic.departures.listen(handlers);
  const turn = createTurn(handlers, {
    data,
    runEnd: epic.runEnd,
    target() {
      const { repository, baseBranch: branch } = requireSettings(data);
      return { repository, branch, priority: data.input.priority, ...mergingOf(epic) };
    },
  });
  epic.turn = turn;
  handlers.ignoreOthers();

  return {
    ...tasks,
    watch,
    turn,
  };
}

/** Its branch as it was integrated last. */
function mergingOf({ epicId, data }: Epic) {
  const { epicBranch: branch, pullRequest, settings } = data;
  if (branch === undefined || pullRequest === undefined || settings === undefined) return {};
  const { policyHash } = settings;
  return { merging: { epicId, taskKey: 'epic', branch, headSha: pullRequest.headSha, policyHash } };
}

export type Messages = ReturnType<typeof registerMessages>;

/** Every activity by the task queue that carries it; a name here is a name on the wire. */
import type Anthropic from '@anthropic-ai/sdk';
import type { Client } from '@temporalio/client';
import type { GitHost } from '../clients/git/repository.ts';
import type { Sandbox } from '../clients/terminal/sandbox.ts';
import { createTerminal } from '../clients/terminal/tmux.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/connection.ts';
import { isNewestTurn } from '../db/reads/newest-turn.ts';
import { endPullRequest } from '../db/writes/pull-requests.ts';
import { writeCheckpoint } from '../db/writes/transcripts.ts';
import { createAnswerToolCalls } from './agent/answer-tool-calls.ts';
import { createBriefSources } from './agent/brief-sources.ts';
import { createLogDecisions } from './agent/log-decisions.ts';
import { createOpenRound } from './agent/open-round.ts';
import { createOpenTranscript } from './agent/open-transcript.ts';
import { createOpenTriage } from './agent/open-triage.ts';
import { createSetBudget } from './agent/set-budget.ts';
import { createSettleAgent } from './agent/settle-agent.ts';
import { createTakeTurn } from './agent/take-turn.ts';
import { createBasePolicyActivities } from './base-policy.ts';
import { createCriteriaActivities } from './criteria/activities.ts';
import { createCriteriaOf } from './criteria/section.ts';
import { createEpicActivities } from './epic.ts';
import { createFindRewind } from './find-rewind.ts';
import { createForgeActivities } from './forge/activities.ts';
import { createCloseAbandoned } from './forge/close-abandoned.ts';
import { createForge, createRemotes } from './forge/create-forge.ts';
import { createMirrorReader } from './forge/diff.ts';
import { createSweep } from './forge/sweep-checkpoints.ts';
import { createPollForge } from './github/poll.ts';
import { createLeaveHost } from './leave-host.ts';
import { createHearPeople } from './mail/hear-people.ts';
import { createMailActivities } from './mail/send-mail.ts';
import { createLineActivities } from './merge-line.ts';
import { createRecordActivities } from './records.ts';
import { createClaimActivities, createSlotActivities } from './slots.ts';
import { createSupervisionActivities } from './supervision.ts';
import { createTerminalActivities } from './terminal/end-commands.ts';
import { createBashActivities } from './tools/bash.ts';
import { withCheckpoint } from './tools/checkpoint-with-call.ts';
import { createEditActivities } from './tools/edit.ts';
import { createTrackerActivities } from './tracker/activities.ts';
import { createVerifyActivities } from './verify.ts';
import { createBranchActivities } from './worktree/branch.ts';
import { createByHandActivities } from './worktree/by-hand.ts';
import { createCheckpointActivities, createTakeCheckpoint, type NoteCheckpoint } from './worktree/checkpoint.ts';
import { createMergeActivities } from './worktree/merge-target.ts';
import { createRewindActivities } from './worktree/rewind.ts';
import { createTakeOverActivities } from './worktree/take-over-epic.ts';
import { createWorktreeActivities } from './worktree/worktree.ts';

export interface ActivityDependencies {
  readonly db: Database;
  readonly temporal: Client;
  readonly config: Config;
  readonly model: Anthropic;
  /** This machine as a host. */
  readonly host: string;
  readonly sandbox: Sandbox;
}

/** Queue `factory`. */
export function createFactoryActivities({ db, temporal, config }: ActivityDependencies) {
  const { forge, repoOf } = createForge(db, config);
  const repositoryNames = Object.keys(config.repositories);
  const hasWebhooks = config.webhookSecrets.github !== undefined;
  const closeAbandoned = createCloseAbandoned({ db, forge });
  const line = createLineActivities({ temporal });
  const sweep = createSweep({ db, forge, repositories: repositoryNames });
  return {
    ...createRecordActivities({ db }),
    ...createSupervisionActivities({ db, temporal, epicsAtOnce: config.limits.epics, closeAbandoned, sweep }),
    ...line,
    ...createSlotActivities({ db }),
    ...createEpicActivities({ db, config, forge }),
    ...createBasePolicyActivities({ db, config, forge }),
    ...createForgeActivities({
      ...{ forge, leaveTurn: line.leaveTurn, criteriaOf: createCriteriaOf(db) },
      showEnd: (pullRequest, ended) => endPullRequest(db, pullRequest, ended),
    }),
    ...createCriteriaActivities({ db }),
    ...createPollForge({ db, temporal, repoOf, repositories: repositoryNames, hasWebhooks }),
    ...createTrackerActivities({ db, temporal, config }),
    ...createOpenTranscript({ db }),
    ...createOpenTriage({ db, mirror: createMirrorReader(config.stateDir) }),
    ...createFindRewind({ db }),
    ...createAnswerToolCalls({ db }),
    ...createLogDecisions({ db }),
    ...createSettleAgent({ db }),
    ...createMailActivities({ db, temporal, hasTracker: config.linear !== undefined }),
    ...createHearPeople({ db, temporal }),
    ...createSetBudget({ db }),
  };
}

/** Queue `model`. */
export const createModelActivities = ({ db, model }: ActivityDependencies) => createTakeTurn({ db, client: model });

/** Queue `hosts`. */
export const createHostsActivities = ({ db, host }: ActivityDependencies) => createClaimActivities({ db, host });

/** Queue `host-<name>`. */
export function createHostActivities({ db, config, host: name, sandbox }: ActivityDependencies) {
  const { stateDir, secretsFile } = config;
  const { worktreeBase, tmuxSocket } = config.host;
  const terminal = createTerminal({ stateDir, host: name, socket: tmuxSocket });
  const host: GitHost = { stateDir, host: name, worktreeBase, ...createRemotes(config, db) };
  const commands = { sandbox, secretsFile };
  const checkpoints = { host, note: (note: Parameters<NoteCheckpoint>[0]) => writeCheckpoint(db, note) };
  const { bash } = createBashActivities({ db, terminal, host, commands });
  const { edit } = createEditActivities({ db, host });
  const along = {
    ...{ host, checkpoint: createTakeCheckpoint(checkpoints), isForgeRemote: config.forge.kind !== 'local' },
    isNewest: (turn: Parameters<typeof isNewestTurn>[1]) => isNewestTurn(db, turn),
  };
  return {
    ...createWorktreeActivities(host),
    ...createBranchActivities(host),
    ...createByHandActivities(host),
    ...createMergeActivities(host),
    ...createTakeOverActivities(host),
    ...createCheckpointActivities(checkpoints),
    ...createRewindActivities(host),
    ...createVerifyActivities({ db, host, terminal, commands }),
    bash: withCheckpoint(bash, along),
    edit: withCheckpoint(edit, along),
    ...createTerminalActivities({ terminal }),
    ...createLeaveHost({ db, host, terminal }),
    ...createOpenRound({ db, sources: createBriefSources(host) }),
  };
}

export type RecordActivities = ReturnType<typeof createRecordActivities>;
export type FactoryActivities = ReturnType<typeof createFactoryActivities>;
export type ModelActivities = ReturnType<typeof createModelActivities>;
export type HostsActivities = ReturnType<typeof createHostsActivities>;
export type HostActivities = ReturnType<typeof createHostActivities>;

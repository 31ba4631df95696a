/** Stand-ins for what is outside: model, hosts and forge answer at once, as the test's script says. */
import { Context } from '@temporalio/activity';
import { ApplicationFailure } from '@temporalio/common';
import type { OpenRoundInput } from '../../activities/agent/open-round.ts';
import type { OpenTriageInput } from '../../activities/agent/open-triage.ts';
import type { TakeTurnInput, TurnResult } from '../../activities/agent/take-turn.ts';
import type { ReadBasePolicyInput } from '../../activities/base-policy.ts';
import { withHeartbeat } from '../../activities/heartbeat.ts';
import type { CommitChangeInput, PushBranchInput } from '../../activities/worktree/branch.ts';
import type { MergeTargetInput } from '../../activities/worktree/merge-target.ts';
import type { ToolCallAnswer } from '../../db/writes/transcripts.ts';
import { type Cap, capName } from '../../workflows/contract/budget.ts';
import type { Conflict } from '../../workflows/contract/conflict.ts';
import type { EpicInput } from '../../workflows/contract/epic.ts';
import { agentId } from '../../workflows/contract/ids.ts';
import type { Interrupt } from '../../workflows/contract/interrupt.ts';
import type { RemoveWorktreeInput } from '../../workflows/contract/placement.ts';
import type { PolicyNews } from '../../workflows/contract/policy.ts';
import type { EpicSettings } from '../../workflows/contract/settings.ts';
import type { NewTranscript, OpenedTranscript } from '../../workflows/contract/transcript.ts';
import type { CheckpointResult } from '../../workflows/contract/worktree.ts';
import { defaultTurn } from './answers.ts';
import { sha } from './names.ts';
import type { Script, ToolInput } from './script.ts';
import { SETTINGS } from './settings.ts';
import { createForgeStandIns } from './stand-in-forge.ts';
import { createVerification, mergedHead, treeOf } from './verification.ts';

const NO_CHECKPOINT: CheckpointResult = { sha: null, pushed: true, leftOut: [], secrets: [] };

/** `script` is asked again at each call, so that a test can change it. */
export function createStandIns(script: () => Script, given: Partial<EpicSettings>) {
  const settings = { ...SETTINGS, ...given };
  const log: string[] = [];
  const runs = new Map<string, number>();
  const count = (key: string): number => {
    const next = (runs.get(key) ?? 0) + 1;
    runs.set(key, next);
    return next;
  };
  /** The last commit of each task. */
  const committed = new Map<string, string>();
  const transcripts = new Map<string, { agentId: string; attempt: number }>();
  const turns = new Map<string, number>();

  const openOrRead = (input: NewTranscript): OpenedTranscript => {
    const known = transcripts.get(input.openedBy);
    if (known !== undefined) return { ...known, nextTurn: (turns.get(known.agentId) ?? 0) + 1 };
    const attempt = count(`${input.epicId}.${input.taskKey}.${input.purpose}`);
    const opened = { agentId: agentId(input.epicId, input.taskKey, input.purpose, attempt), attempt };
    transcripts.set(input.openedBy, opened);
    if (input.fork === undefined) return { ...opened, nextTurn: 1 };
    log.push(`${opened.agentId} forks ${input.fork.from} at ${input.fork.atTurn}`);
    turns.set(opened.agentId, input.fork.atTurn);
    return { ...opened, nextTurn: input.fork.atTurn + 1 };
  };

  const forge = createForgeStandIns({ script, log, count });
  const { pushed } = forge;

  const factory = {
    openEpic: async ({ epicId, input }: { epicId: string; input: EpicInput }): Promise<EpicSettings> => {
      await script().openEpic?.(epicId, count(`${epicId} openEpic`));
      return {
        ...settings,
        ...(input.concurrency === undefined ? {} : { concurrency: input.concurrency }),
        ...(input.requireApproval === undefined ? {} : { approvals: input.requireApproval }),
        ...(input.overlaps === undefined ? {} : { overlaps: input.overlaps }),
        ...(input.repository === 'missing' ? missing() : {}),
      };
    },
    readBasePolicy: async (input: ReadBasePolicyInput): Promise<PolicyNews> =>
      (await script().basePolicy?.(input)) ?? { kind: 'same', baseSha: sha('base') },
    openTranscript: async (input: NewTranscript) => openOrRead(input),
    openTriage: async ({ epicId, taskKey, openedBy, brief }: OpenTriageInput) => {
      log.push(`triage ${epicId}.${taskKey ?? 'epic'}: ${brief.cause}: ${brief.failure}`);
      const task = taskKey === undefined ? {} : { taskKey };
      return openOrRead({ epicId, ...task, purpose: 'triage', openedBy });
    },
    /** Every turn that was taken has its files. */
    findRewind: async ({ epicId, taskKey, turn }: { epicId: string; taskKey: string; turn: number }) => {
      await script().findRewind?.(taskKey);
      const present = [...transcripts.values()].filter((known) =>
        known.agentId.startsWith(`${epicId}.${taskKey}.impl`),
      );
      const transcript = present.at(-1)?.agentId ?? '';
      if ((turns.get(transcript) ?? 0) >= turn) return { kind: 'found', transcript, turn };
      return { kind: 'none', reason: `Turn ${turn} changed no file that was kept` };
    },
    answerToolCalls: async ({ answers }: { answers: ToolCallAnswer[] }) => {
      for (const { content, isError, isAdded } of answers) {
        if (isAdded === true) log.push(`added: ${content}`);
        else if (isError) log.push(`refused: ${content}`);
        else if (content !== 'Received.') log.push(`read: ${content}`);
      }
    },
    logDecisions: async ({ agentId, toolUseIds }: { agentId: string; toolUseIds: string[] }) => {
      log.push(`noted by ${agentId}: ${toolUseIds}`);
    },
    settleAgent: async ({ unheard }: { unheard?: { said?: readonly Interrupt[] } }) => {
      for (const { by, comment } of unheard?.said ?? []) log.push(`unheard: ${by}: ${comment}`);
    },
    setBudget: async ({ cap }: { cap: Cap }) => {
      log.push(cap.unit === 'usd' && cap.taskKey === undefined ? `cap ${cap.amount}` : `${capName(cap)} ${cap.amount}`);
      return { spent: 0 };
    },
    ...forge.activities,
  };

  const host = {
    openRound: async ({ brief, ...input }: OpenRoundInput): Promise<OpenedTranscript> => {
      const { taskKey = 'epic' } = input;
      await script().openRound?.(taskKey, brief.kind);
      log.push(`brief ${taskKey} ${brief.kind}${brief.isMoved ? ' (moved)' : ''}`);
      if (brief.before !== undefined)
        log.push(`before ${taskKey}: ${brief.before.ended ?? '-'}: ${brief.before.tried.join('; ')}`);
      if (brief.kind === 'plan' && brief.feedback !== undefined) log.push(`told ${taskKey}: ${brief.feedback}`);
      if (brief.kind === 'feedback' || brief.kind === 'guidance') log.push(`told ${taskKey}: ${brief.comment}`);
      if (brief.kind === 'conflict' && brief.feedback !== undefined) {
        log.push(`told ${taskKey}: ${brief.feedback.by}: ${brief.feedback.comment}`);
      }
      for (const { path, problem } of brief.kind === 'conflict' ? (brief.conflicts ?? []) : []) {
        log.push(`told ${taskKey}: ${path}: ${problem}`);
      }
      if (brief.kind === 'leftovers') {
        log.push(`told ${taskKey}: ${[...brief.groups.map(({ words }) => words), ...brief.outside].join('; ')}`);
      }
      if (brief.kind === 'checks') log.push(`told ${taskKey}: ${brief.failed.map(({ name }) => name)}`);
      return openOrRead(input);
    },
    prepareWorktree: async ({ epicId, taskKey = '', placement, base, from }: Place & Standing) => {
      await script().prepareWorktree?.(taskKey, count(`prepareWorktree ${epicId}/${taskKey}`), base?.sha);
      log.push(`worktree ${taskKey} of epoch ${placement.epoch}`);
      const conflicts = from === undefined ? undefined : script().takeOver?.(taskKey, base?.sha);
      if (conflicts !== undefined) log.push(`take over ${taskKey}`);
      return {
        worktree: `/w/${epicId}/${taskKey}`,
        branch: `factory/${epicId}/${taskKey}`,
        headSha: pushed.get(`factory/${epicId}/${taskKey}`) ?? sha('base'),
        baseSha: sha('base'),
        isMerged: log.includes(`merge factory/${epicId}/${taskKey}`),
        ...(conflicts === undefined ? {} : { takenOver: { conflicts: conflicts.map(conflictIn) } }),
      };
    },
    takeOverEpicBranch: async () => {
      script().takeOverEpic?.();
      log.push('take over the epic’s branch');
      return { headSha: sha('taken over'), baseSha: sha('new base') };
    },
    ...createVerification(script, count, log),
    removeWorktree: async ({ name }: RemoveWorktreeInput) => {
      log.push(`remove ${name}`);
      return { removed: true };
    },
    rewindWorktree: async ({ taskKey = '', agentId, turn }: Place & { agentId: string; turn: number }) => {
      const reason = script().rewindWorktree?.(taskKey);
      log.push(`rewind ${taskKey} to ${turn} of ${agentId}`);
      return reason === undefined ? { kind: 'rewound', headSha: sha('rewound') } : { kind: 'impossible', reason };
    },
    runSetup: async ({ epicId, taskKey = 'epic', placement }: Place) => {
      log.push(`set-up of ${epicId}/${taskKey} at epoch ${placement.epoch}`);
      await script().runSetup?.(taskKey, count(`set-up ${epicId}/${taskKey}`));
      return { ran: true };
    },
    bash: async (input: ToolInput) => {
      log.push(`bash ${input.agentId}`);
      await script().bash?.(input);
      log.push(`bash ${input.agentId} ended`);
      const mark = script().shortHash?.(input);
      const taken = input.checkpoint === undefined ? undefined : script().checkpointWithCall?.(input.turn);
      const checkpoint = taken === undefined ? {} : { checkpoint: { ...NO_CHECKPOINT, ...taken } };
      return { isError: false, summary: 'ok', ...(mark === undefined ? {} : { mark }), ...checkpoint };
    },
    edit: async () => ({ isError: false, summary: 'ok' }),
    endCommands: async () => {},
    checkpoint: async ({ epicId, taskKey, turn }: Place & { turn: number }): Promise<CheckpointResult> => {
      log.push(`checkpoint ${epicId}/${taskKey} ${turn}`);
      return { ...NO_CHECKPOINT, ...script().checkpoint?.(turn) };
    },
    commitChange: async ({
      key,
      epicId,
      taskKey = '',
      resolved = [],
    }: Place & Pick<CommitChangeInput, 'key' | 'resolved'>) => {
      const found = script().commitChange?.(taskKey, count(`commit ${epicId}/${taskKey}`), resolved);
      const nothing = found === 'nothing';
      const last = found === 'same' ? committed.get(`${epicId}/${taskKey}`) : undefined;
      const headSha = last ?? sha(nothing ? 'base' : `${taskKey} ${key}`);
      if (typeof found === 'object') return { headSha, treeSha: treeOf(headSha), changed: false, unresolved: found };
      committed.set(`${epicId}/${taskKey}`, headSha);
      return { headSha, treeSha: treeOf(headSha), changed: !nothing, unresolved: [] };
    },
    showHead: async ({ headSha, taskKey }: Place & { headSha: string }) => {
      log.push(`show ${taskKey} ${headSha}`);
      return { secrets: [] };
    },
    pushBranch: async ({ epicId, taskKey = 'epic', headSha, allowedSecrets }: Place & PushBranchInput) => {
      const secrets = script().pushBranch?.(taskKey, count(`push ${epicId}/${taskKey}`), allowedSecrets) ?? [];
      if (secrets.length === 0) {
        log.push(`push ${taskKey}`);
        pushed.set(`factory/${epicId}/${taskKey}`, headSha);
      }
      return { secrets };
    },
    compareBranch: async ({ epicId, taskKey = 'epic', knownSha }: Place & { knownSha: string }) =>
      script().compareBranch?.(taskKey, count(`compare ${epicId}/${taskKey}`)) ?? { kind: 'same', headSha: knownSha },
    takeBranch: async ({ taskKey }: Place) => {
      log.push(`take ${taskKey}`);
      return { headSha: sha(`taken ${taskKey}`) };
    },
    mergeTarget: async ({ epicId, taskKey = 'epic', protection }: Place & Pick<MergeTargetInput, 'protection'>) => {
      const kind = (await script().mergeTarget?.(taskKey, count(`mergeTarget ${epicId}/${taskKey}`))) ?? 'unchanged';
      const isTheirs = (line: string) => line.startsWith(`merge factory/${epicId}/`) && !line.endsWith('/epic');
      const of = taskKey === 'epic' ? `${log.filter(isTheirs).length}` : committed.get(`${epicId}/${taskKey}`);
      const headSha = mergedHead(taskKey, of ?? '');
      const targetSha = sha('target');
      if (taskKey === 'epic') pushed.set(`factory/${epicId}/epic`, headSha);
      if (kind === 'conflict') return { kind, files: ['src/till.js'], targetSha };
      const found = script().mergedProtected?.(taskKey, protection);
      const diffHash = sha(`diff ${taskKey}`);
      const merged = { kind, headSha, treeSha: treeOf(headSha), targetSha, diffHash };
      return found === undefined || protection?.seen === headSha ? merged : { ...merged, protected: found };
    },
  };

  const model = {
    takeTurn: async (input: TakeTurnInput): Promise<TurnResult> => {
      const note = input.note === undefined ? '' : `: ${input.note}`;
      log.push(`turn ${input.turn} of ${input.agentId}${note}${input.isLast ? ' (the last)' : ''}`);
      const result = (await script().takeTurn?.(input)) ?? defaultTurn(input);
      if (result.kind === 'answer') turns.set(input.agentId, input.turn);
      return result;
    },
  };

  return { log, pullRequests: forge.pullRequests, factory, host: alive(host), model: alive(model) };
}

const conflictIn = (path: string): Conflict => ({
  ...{ path, kind: 'content', others: [], task: 'changed it', base: 'changed it', left: 'both' },
});

interface Standing {
  base?: { sha: string };
  from?: string;
}

interface Place {
  epicId: string;
  taskKey?: string;
  placement: { epoch: number };
}

/** Heartbeats like the real ones, and ends when it is cancelled, wherever the script waits. */
function alive<Activities extends Record<string, (input: never) => Promise<unknown>>>(activities: Activities) {
  const entries = Object.entries(activities).map(([name, run]) => [
    name,
    (input: never) => withHeartbeat(() => Promise.race([run(input), Context.current().cancelled])),
  ]);
  return Object.fromEntries(entries) as Activities;
}

function missing(): never {
  throw ApplicationFailure.nonRetryable('There is no repository "missing"; configured: example', 'RepositoryMissing');
}

/** What is in force for an epic, read once when it starts. */

import { finalFailure } from '../clients/failures.ts';
import type { Config } from '../config/config.ts';
import type { Database } from '../db/connection.ts';
import { writeFirstBudget } from '../db/writes/budgets.ts';
import { writePin } from '../db/writes/pins.ts';
import { microUsdOf, type TaskBudget } from '../workflows/contract/budget.ts';
import type { EpicInput } from '../workflows/contract/epic.ts';
import { defined } from '../workflows/contract/optional-fields.ts';
import { type AgentPin, type ApprovalKind, type EpicSettings, NO_QUESTIONS } from '../workflows/contract/settings.ts';
import { Purpose } from '../workflows/contract/states.ts';
import { type PromptParts, pinnedPrompt } from './agent/system-prompt.ts';
import type { Forge } from './forge/forge.ts';
import { withHeartbeat } from './heartbeat.ts';
import { readRepository } from './repository.ts';

export interface EpicDependencies {
  readonly db: Database;
  readonly config: Pick<Config, 'repositories' | 'model' | 'approvals' | 'overlaps' | 'limits' | 'supervisor'>;
  readonly forge: Pick<Forge, 'kind' | 'openRepository' | 'readFiles' | 'listPaths'>;
}

export function createEpicActivities({ db, config, forge }: EpicDependencies) {
  return {
    /**
     * Makes the repository ready and settles what holds for this epic: base branch, policy, models, prompts, limits,
     * and the caps that it does not have yet.
     * Idempotent: what it stores is keyed by its content or by the epic; only a base branch that moved in between can
     * make a second run answer differently, and the workflow keeps the first answer.
     * Fails: InvalidInput, RepositoryMissing, RepositoryUnsupported, BaseBranchMissing (final).
     * Runs on: factory.
     */
    openEpic: ({ epicId, input }: { epicId: string; input: EpicInput }): Promise<EpicSettings> =>
      withHeartbeat(async () => {
        const repository = chooseRepository(input.repository, config.repositories);
        const { baseBranch, headSha, files, nested, text, policy, notes } = await readRepository(forge, {
          repository,
          baseBranch: input.baseBranch ?? config.repositories[repository]?.baseBranch,
        });
        const budgetMicroUsd = microUsdOf(input.budgetUsd ?? config.limits.budgetUsd);
        const budgetTokens = input.budgetTokens ?? config.limits.budgetTokens;
        await writeFirstBudget(db, epicId, { microUsd: budgetMicroUsd, tokens: budgetTokens });
        const { attempts, rounds, turns } = config.limits;
        const taskBudget = readTaskBudget(config.limits);
        const approvals = approvalsOf(input.requireApproval, config.approvals);
        const without = approvals.includes(NO_QUESTIONS) ? ['ask_human'] : [];
        return {
          repository,
          baseBranch,
          budgetMicroUsd,
          ...defined({ budgetTokens, taskBudget }),
          concurrency: input.concurrency ?? policy.concurrency ?? config.limits.tasks,
          approvals,
          overlaps: input.overlaps ?? config.overlaps,
          agents: await pinAgents(db, config.model, { files, nested, without }),
          limits: { attempts, rounds, turns },
          ...supervisorOf(config.supervisor),
          policy,
          policyHash: await writePin(db, 'policy', text ?? ''),
          baseSha: headSha,
          forge: forge.kind,
          judgesCriteria: true,
          ...(notes.length === 0 ? {} : { notes }),
        };
      }),
  };
}

/** Where the configuration says that agents ask nobody, they ask nobody in an epic with other approvals either. */
function approvalsOf(wanted: readonly ApprovalKind[] | undefined, configured: readonly ApprovalKind[]): ApprovalKind[] {
  if (wanted === undefined) return [...configured];
  const isSilent = configured.includes(NO_QUESTIONS) && !wanted.includes(NO_QUESTIONS);
  return [...wanted, ...(isSilent ? ([NO_QUESTIONS] as const) : [])];
}

function supervisorOf(supervisor: Config['supervisor']): Pick<EpicSettings, 'supervisor'> {
  if (supervisor === undefined) return {};
  const { may, budgetUsd } = supervisor;
  return { supervisor: { may: [...may], budgetMicroUsd: microUsdOf(budgetUsd) } };
}

function readTaskBudget({ taskBudgetUsd, taskBudgetTokens }: Config['limits']): TaskBudget | undefined {
  if (taskBudgetUsd === undefined && taskBudgetTokens === undefined) return undefined;
  return {
    ...(taskBudgetUsd === undefined ? {} : { microUsd: microUsdOf(taskBudgetUsd) }),
    ...defined({ tokens: taskBudgetTokens }),
  };
}

function chooseRepository(wanted: string | undefined, configured: Config['repositories']): string {
  const names = Object.keys(configured);
  const list = names.join(', ') || 'none';
  const [only] = names;
  const name = wanted ?? (names.length === 1 ? only : undefined);
  if (name === undefined)
    throw finalFailure('InvalidInput', `Say which repository this epic is for. Configured: ${list}`);
  if (Object.hasOwn(configured, name)) return name;
  throw finalFailure('RepositoryMissing', `There is no repository "${name}" in the configuration. Configured: ${list}`);
}

/** A judgement is short, and its upper bound must fit into the Supervisor agent's budget. */
const MOST_TOKENS: Readonly<Partial<Record<Purpose, number>>> = { triage: 8_000 };

/** Later edits of prompts and instructions reach new epics only. */
async function pinAgents(db: Database, model: Config['model'], parts: PromptParts): Promise<Record<Purpose, AgentPin>> {
  const pins = await Promise.all(
    Purpose.options.map(async (purpose) => {
      const promptHash = await writePin(db, 'agent', pinnedPrompt(purpose, parts));
      const name = model.names[purpose];
      const fallback = model.fallback?.model === name ? undefined : model.fallback;
      const maxTokens = Math.min(model.maxTokens, MOST_TOKENS[purpose] ?? model.maxTokens);
      const pin = { model: name, maxTokens, promptHash };
      return [purpose, { ...pin, ...defined({ fallback }) }] as const;
    }),
  );
  return Object.fromEntries(pins) as Record<Purpose, AgentPin>;
}

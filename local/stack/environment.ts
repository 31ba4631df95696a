/** The environment of the factory's own processes: the launcher's Config, written back as variables. */
import { writeFileSync } from 'node:fs';
import path from 'node:path';
import type { Config, LinearConfig } from '../../config/config.ts';
import { ownEnvironment } from '../../config/environment.ts';
import { VARIABLES } from '../../config/variables.ts';

/**
 * Our environment, in which every variable of the factory says what `config` says: two stacks, or a test with a Config
 * of its own, must not meet. A variable that is not set becomes empty, so that `.env` cannot set it again.
 */
export function environmentOf(config: Config, extra: Readonly<Record<string, string>> = {}): Record<string, string> {
  const { ports, host, model, limits, temporal, forge, linear, supervisor } = config;
  const said: Partial<Record<keyof typeof VARIABLES, string | number | undefined>> = {
    STATE_DIR: config.stateDir,
    FACTORY_CONFIG: repositoriesFile(config),
    DATABASE_URL: config.databaseUrl,
    POSTGRES_PORT: ports.postgres,
    TEMPORAL_PORT: ports.temporal,
    TEMPORAL_UI_PORT: ports.temporalUi,
    TEMPORAL_UI_URL: temporal.uiUrl,
    BACKEND_PORT: ports.backend,
    FRONTEND_PORT: ports.frontend,
    BACKEND_HOST: config.backendHost,
    ALLOWED_HOSTS: config.allowedHosts.join(','),
    API_TOKEN: config.apiToken,
    ALLOW_UNAUTHENTICATED: config.allowUnauthenticated ? 1 : 0,
    FACTORY_API_URL: config.apiUrl,
    HOST_NAME: host.name,
    HOST_CAPACITY: host.capacity,
    GIT_WORKTREE_BASE: host.worktreeBase,
    TMUX_SOCKET_PATH: host.tmuxSocket,
    FORGE: forge.kind,
    GH_HOST: forge.hostname,
    ...forge.ghEnvironment,
    GITHUB_APPROVERS: forge.approvers.join(','),
    GITHUB_SETTLE_SECONDS: forge.settleSeconds,
    GITHUB_WEBHOOK_SECRET: config.webhookSecrets.github,
    ANTHROPIC_API_KEY: model.apiKey,
    ANTHROPIC_BASE_URL: model.baseUrl,
    CLAUDE_MODEL_PLAN: model.names.plan,
    CLAUDE_MODEL_IMPLEMENT: model.names.implement,
    CLAUDE_MODEL_REVIEW: model.names.review,
    CLAUDE_MODEL_CORRESPOND: model.names.correspond,
    CLAUDE_MODEL_TRIAGE: model.names.triage,
    MODEL_FALLBACK: model.fallback?.model,
    MODEL_FALLBACK_AFTER_SECONDS: model.fallback?.afterSeconds,
    CLAUDE_MAX_TOKENS: model.maxTokens,
    CLAUDE_TURNS_PER_SECOND: model.turnsPerSecond,
    REQUIRE_HUMAN_APPROVAL: config.approvals.length === 0 ? 'false' : config.approvals.join(','),
    SUPERVISOR: supervisor === undefined ? 'off' : supervisor.may.join(',') || 'advise',
    SUPERVISOR_BUDGET_USD: supervisor?.budgetUsd,
    OVERLAPPING_TASKS: config.overlaps,
    MAX_EPICS: limits.epics,
    MAX_TASKS: limits.tasks,
    MAX_ATTEMPTS: limits.attempts,
    MAX_ROUNDS: limits.rounds,
    MAX_TURNS: limits.turns,
    BUDGET_USD: limits.budgetUsd,
    BUDGET_TOKENS: limits.budgetTokens,
    TASK_BUDGET_USD: limits.taskBudgetUsd,
    TASK_BUDGET_TOKENS: limits.taskBudgetTokens,
    SANDBOX: config.sandbox.setting,
    SANDBOX_READABLE: config.sandbox.readable.join(':'),
    SECRETS_FILE: config.secretsFile,
    LINEAR_API_KEY: linear?.apiKey,
    LINEAR_API_URL: linear?.apiUrl,
    LINEAR_WEBHOOK_SECRET: config.webhookSecrets.linear,
    LINEAR_TEAM: linear?.team,
    LINEAR_LABEL: linear?.label,
    LINEAR_STATE: linear?.state,
    LINEAR_REPOSITORY: linear === undefined ? undefined : repositoriesOf(linear.repositories),
    LOG_LEVEL: config.logLevel,
    WORKFLOW_DIAGNOSTICS: config.workflowDiagnostics ? '1' : '0',
  };
  const ours = Object.keys(VARIABLES).map((name) => [name, String(said[name as keyof typeof said] ?? '')]);
  return { ...inherited(temporal.embedded), ...Object.fromEntries(ours), ...temporalOf(config), ...extra };
}

const KEYS_OF_THE_WORK = ['ANTHROPIC_API_KEY', 'GH_TOKEN', 'GH_ENTERPRISE_TOKEN', 'LINEAR_API_KEY'] as const;
const KEYS_OF_THE_API = ['API_TOKEN', 'DATABASE_URL', 'GITHUB_WEBHOOK_SECRET', 'LINEAR_WEBHOOK_SECRET'] as const;
const UNREAD_BY_US = ['ANTHROPIC_AUTH_TOKEN', 'GITHUB_TOKEN', 'GITHUB_ENTERPRISE_TOKEN'] as const;

const WITHHELD = {
  worker: ['API_TOKEN'],
  api: [...KEYS_OF_THE_WORK, ...UNREAD_BY_US],
  model: [...KEYS_OF_THE_WORK, ...KEYS_OF_THE_API, ...UNREAD_BY_US],
} as const;

/** The keys that a part has no use for, each made empty: what a process does not have cannot leave it. */
export const withheldFrom = (part: keyof typeof WITHHELD): Record<string, string> =>
  Object.fromEntries(WITHHELD[part].map((name) => [name, '']));

/** With an embedded Temporal, settings for another server (TLS, a profile) must not reach it. */
function inherited(temporalEmbedded: boolean): Record<string, string> {
  return Object.fromEntries(
    Object.entries(ownEnvironment()).map(([name, value]) => [
      name,
      temporalEmbedded && name.startsWith('TEMPORAL_') ? '' : value,
    ]),
  );
}

const temporalOf = ({ temporal }: Config) => ({
  TEMPORAL_ADDRESS: temporal.address,
  TEMPORAL_NAMESPACE: temporal.namespace,
});

const repositoriesOf = ({ fallback, byLabel }: LinearConfig['repositories']) =>
  [...(fallback === undefined ? [] : [fallback]), ...Object.entries(byLabel).map((pair) => pair.join('='))].join(',');

/** Names and base branches as they are, whichever way they were configured. JSON is YAML. */
function repositoriesFile(config: Config): string | undefined {
  if (!config.repositoriesGiven) return undefined;
  const file = path.join(config.stateDir, 'repositories.yaml');
  writeFileSync(file, `${JSON.stringify({ repositories: config.repositories }, null, 2)}\n`);
  return file;
}

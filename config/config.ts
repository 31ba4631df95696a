/** The only reader of the environment: variables, `.env` and FACTORY_CONFIG become one frozen Config, or one ConfigError. */
import path from 'node:path';
import { z } from 'zod';
import type { ApprovalKind, OverlapChoice } from '../workflows/contract/settings.ts';
import type { Purpose } from '../workflows/contract/states.ts';
import type { FreeAction } from '../workflows/contract/triage.ts';
import { readApiToken } from './access.ts';
import { readDotEnv } from './dotenv.ts';
import { absolute, ConfigError, type Mistake, PROJECT_DIR } from './files.ts';
import { type Repository, readRepositories } from './repositories.ts';
import { readTemporal, type TemporalProfile, temporalUiUrl } from './temporal.ts';
import { VARIABLES, type Variables } from './variables.ts';
import { wrongValue } from './wrong-value.ts';

export { ConfigError } from './files.ts';
export type { Repository } from './repositories.ts';

export interface Config {
  /** Absolute. */
  readonly stateDir: string;
  readonly databaseUrl: string;
  /** No DATABASE_URL was given: `npm start` brings PostgreSQL along. */
  readonly databaseEmbedded: boolean;
  readonly temporal: TemporalProfile & {
    readonly address: string;
    /** The address of Temporal's Web UI as a browser reaches it, without a slash at its end; undefined where it is not known. */
    readonly uiUrl: string | undefined;
  };
  readonly ports: {
    readonly backend: number;
    readonly frontend: number;
    readonly temporal: number;
    readonly temporalUi: number;
    readonly postgres: number;
  };
  readonly backendHost: string;
  readonly allowedHosts: readonly string[];
  /** What callers of the API must send; anybody who reaches it may use it when there is none. */
  readonly apiToken: string | undefined;
  readonly allowUnauthenticated: boolean;
  /** Where the command line finds the API. */
  readonly apiUrl: string;
  readonly host: {
    readonly name: string | undefined;
    readonly capacity: number;
    readonly worktreeBase: string | undefined;
    readonly tmuxSocket: string | undefined;
  };
  readonly model: {
    readonly apiKey: string | undefined;
    readonly baseUrl: string | undefined;
    readonly names: Readonly<Record<Purpose, string>>;
    readonly maxTokens: number;
    /** Asked instead of an overloaded one. */
    readonly fallback?: { readonly model: string; readonly afterSeconds: number } | undefined;
    readonly turnsPerSecond: number;
  };
  /** Repositories by name; only the example's bare copy in the state folder when none was given. */
  readonly repositories: Readonly<Record<string, Repository>>;
  readonly repositoriesGiven: boolean;
  readonly forge: {
    readonly kind: 'local' | 'github';
    /** Instead of the host of the repository's origin. */
    readonly hostname: string | undefined;
    /** What gh is given of our environment: where it finds its login. */
    readonly ghEnvironment: Readonly<Record<string, string | undefined>>;
    /** Logins whose approval of a pull request on GitHub counts as one of its merge. */
    readonly approvers: readonly string[];
    /** How long a pull request's set of checks must have been as it is to count. */
    readonly settleSeconds: number;
  };
  readonly approvals: readonly ApprovalKind[];
  /** What the Supervisor agent may do without a person, and what it may cost in an epic; undefined when it is off. */
  readonly supervisor: { readonly may: readonly FreeAction[]; readonly budgetUsd: number } | undefined;
  readonly overlaps: OverlapChoice;
  readonly limits: {
    /** Epics at once. */
    readonly epics: number;
    /** Tasks of one epic at once. */
    readonly tasks: number;
    readonly attempts: number;
    readonly rounds: number;
    readonly turns: number;
    readonly budgetUsd: number;
    /** Of an epic, and of each task; no cap where nothing is given. */
    readonly budgetTokens?: number | undefined;
    readonly taskBudgetUsd?: number | undefined;
    readonly taskBudgetTokens?: number | undefined;
  };
  readonly sandbox: {
    readonly setting: 'auto' | 'off';
    /** Folders that commands may read besides those of programs. */
    readonly readable: readonly string[];
    /** What no command may see: state, worktrees, secrets, and the checkout with its `.env`. */
    readonly hidden: readonly string[];
    /** Where the /etc that commands see is kept. */
    readonly systemDir: string;
  };
  /** Where epics come from, besides those that are handed in; nothing without LINEAR_API_KEY. */
  readonly linear: LinearConfig | undefined;
  /** What signs deliveries; a route without its secret is closed. */
  readonly webhookSecrets: { readonly linear: string | undefined; readonly github: string | undefined };
  /** The file with the values that factory.yaml names as secrets; absolute. */
  readonly secretsFile: string | undefined;
  readonly logLevel: string;
  /** Call stacks of workflows in Temporal's Web UI, and the SDK's own watch over each call. */
  readonly workflowDiagnostics: boolean;
}

export interface LinearConfig {
  readonly apiKey: string;
  readonly apiUrl: string;
  /** The key of the team whose issues are built. */
  readonly team: string;
  /** An issue with this label, or in this state, is built. */
  readonly label: string | undefined;
  readonly state: string | undefined;
  /** Which repository an issue is for: by its label, else the default, else the only one. */
  readonly repositories: { readonly fallback: string | undefined; readonly byLabel: Readonly<Record<string, string>> };
}

/** Reads the environment and `.env`; throws ConfigError with every mistake. Tests pass an environment of their own. */
export function loadConfig(env: NodeJS.ProcessEnv = process.env): Config {
  const mistakes = env === process.env ? readDotEnv() : [];
  // An empty variable counts as one that is not set, so that FOO= switches off what `.env` says.
  const given = Object.fromEntries(Object.entries(env).filter(([, value]) => value !== undefined && value !== ''));
  const parsed = z.object(VARIABLES).safeParse(given);
  const wrong = new Set(parsed.error?.issues.map((issue) => String(issue.path[0])));
  for (const variable of wrong) mistakes.push(wrongValue(variable, given[variable]));
  if (parsed.success) mistakes.push(...sharedPorts(parsed.data), ...linearMistakes(parsed.data));
  const access = readApiToken(given.API_TOKEN, given.API_TOKEN_FILE);
  mistakes.push(...access.mistakes);
  const files = readRepositories(given.GIT_BASE_REPO_PATH, given.FACTORY_CONFIG, given.GIT_BASE_BRANCH);
  mistakes.push(...files.mistakes);
  try {
    const temporal = readTemporal(given);
    if (parsed.success && mistakes.length === 0)
      return assemble(parsed.data, temporal, files.repositories, access.token);
  } catch (error) {
    const reason = error instanceof Error ? error.message : String(error);
    mistakes.push({ variable: 'TEMPORAL_*', given: reason, allowed: 'what the Temporal CLI accepts' });
  }
  throw new ConfigError(mistakes);
}

/** Two parts of the stack on one port would only be noticed when the second fails to start. */
function sharedPorts(v: Variables): Mistake[] {
  const owners = new Map<number, string>();
  return (['POSTGRES_PORT', 'TEMPORAL_PORT', 'TEMPORAL_UI_PORT', 'BACKEND_PORT', 'FRONTEND_PORT'] as const).flatMap(
    (variable) => {
      const owner = owners.get(v[variable]);
      owners.set(v[variable], variable);
      return owner === undefined
        ? []
        : [{ variable, given: `"${v[variable]}"`, allowed: `a port other than ${owner}'s` }];
    },
  );
}

/** A key alone says neither whose issues are built nor which. */
function linearMistakes(v: Variables): Mistake[] {
  if (v.LINEAR_API_KEY === undefined) return [];
  const missing = (variable: string, allowed: string) => ({ variable, given: 'nothing', allowed });
  return [
    ...(v.LINEAR_TEAM === undefined ? [missing('LINEAR_TEAM', 'the key of a team, since LINEAR_API_KEY is set')] : []),
    ...(v.LINEAR_LABEL === undefined && v.LINEAR_STATE === undefined
      ? [missing('LINEAR_LABEL', 'the label that means “build this” (or LINEAR_STATE), since LINEAR_API_KEY is set')]
      : []),
  ];
}

function readLinear(v: Variables): LinearConfig | undefined {
  if (v.LINEAR_API_KEY === undefined || v.LINEAR_TEAM === undefined) return undefined;
  const pairs = v.LINEAR_REPOSITORY.map((entry) => entry.split('='));
  return {
    apiKey: v.LINEAR_API_KEY,
    apiUrl: v.LINEAR_API_URL,
    team: v.LINEAR_TEAM,
    label: v.LINEAR_LABEL,
    state: v.LINEAR_STATE,
    repositories: {
      fallback: pairs.find((pair) => pair.length === 1)?.[0],
      byLabel: Object.fromEntries(pairs.filter((pair) => pair.length === 2)),
    },
  };
}

function assemble(
  v: Variables,
  temporal: TemporalProfile,
  repositories: Record<string, Repository>,
  apiToken: string | undefined,
): Config {
  const stateDir = absolute(v.STATE_DIR);
  const address = temporal.connection.address ?? `127.0.0.1:${v.TEMPORAL_PORT}`;
  const repositoriesGiven = Object.keys(repositories).length > 0;
  return frozen<Config>({
    stateDir,
    databaseUrl: v.DATABASE_URL ?? `postgres://factory:factory@127.0.0.1:${v.POSTGRES_PORT}/factory`,
    databaseEmbedded: v.DATABASE_URL === undefined,
    temporal: {
      ...{ ...temporal, address, connection: { ...temporal.connection, address } },
      uiUrl: temporalUiUrl(v, temporal.embedded),
    },
    ports: {
      backend: v.BACKEND_PORT,
      frontend: v.FRONTEND_PORT,
      temporal: v.TEMPORAL_PORT,
      temporalUi: v.TEMPORAL_UI_PORT,
      postgres: v.POSTGRES_PORT,
    },
    backendHost: v.BACKEND_HOST,
    allowedHosts: v.ALLOWED_HOSTS,
    apiToken,
    allowUnauthenticated: v.ALLOW_UNAUTHENTICATED,
    apiUrl: v.FACTORY_API_URL?.replace(/\/+$/, '') ?? `http://127.0.0.1:${v.BACKEND_PORT}`,
    host: {
      name: v.HOST_NAME,
      capacity: v.HOST_CAPACITY,
      worktreeBase: v.GIT_WORKTREE_BASE === undefined ? undefined : absolute(v.GIT_WORKTREE_BASE),
      tmuxSocket: v.TMUX_SOCKET_PATH === undefined ? undefined : absolute(v.TMUX_SOCKET_PATH),
    },
    model: {
      apiKey: v.ANTHROPIC_API_KEY,
      baseUrl: v.ANTHROPIC_BASE_URL,
      names: {
        plan: v.CLAUDE_MODEL_PLAN ?? v.CLAUDE_MODEL,
        implement: v.CLAUDE_MODEL_IMPLEMENT ?? v.CLAUDE_MODEL,
        review: v.CLAUDE_MODEL_REVIEW ?? v.CLAUDE_MODEL,
        correspond: v.CLAUDE_MODEL_CORRESPOND ?? v.CLAUDE_MODEL,
        triage: v.CLAUDE_MODEL_TRIAGE ?? v.CLAUDE_MODEL,
      },
      maxTokens: v.CLAUDE_MAX_TOKENS,
      fallback:
        v.MODEL_FALLBACK === undefined
          ? undefined
          : { model: v.MODEL_FALLBACK, afterSeconds: v.MODEL_FALLBACK_AFTER_SECONDS },
      turnsPerSecond: v.CLAUDE_TURNS_PER_SECOND,
    },
    repositories: repositoriesGiven ? repositories : { example: { path: path.join(stateDir, 'example.git') } },
    repositoriesGiven,
    forge: {
      kind: v.FORGE,
      hostname: v.GH_HOST,
      ghEnvironment: {
        GH_TOKEN: v.GH_TOKEN,
        GH_ENTERPRISE_TOKEN: v.GH_ENTERPRISE_TOKEN,
        GH_CONFIG_DIR: v.GH_CONFIG_DIR === undefined ? undefined : absolute(v.GH_CONFIG_DIR),
      },
      approvers: v.GITHUB_APPROVERS,
      settleSeconds: v.GITHUB_SETTLE_SECONDS,
    },
    approvals: v.REQUIRE_HUMAN_APPROVAL,
    supervisor: v.SUPERVISOR === null ? undefined : { may: v.SUPERVISOR, budgetUsd: v.SUPERVISOR_BUDGET_USD },
    overlaps: v.OVERLAPPING_TASKS,
    limits: {
      epics: v.MAX_EPICS,
      tasks: v.MAX_TASKS,
      attempts: v.MAX_ATTEMPTS,
      rounds: v.MAX_ROUNDS,
      turns: v.MAX_TURNS,
      budgetUsd: v.BUDGET_USD,
      budgetTokens: v.BUDGET_TOKENS,
      taskBudgetUsd: v.TASK_BUDGET_USD,
      taskBudgetTokens: v.TASK_BUDGET_TOKENS,
    },
    sandbox: {
      setting: v.SANDBOX,
      readable: v.SANDBOX_READABLE.map(absolute),
      hidden: [
        PROJECT_DIR,
        stateDir,
        ...[v.GIT_WORKTREE_BASE, v.SECRETS_FILE, v.API_TOKEN_FILE].flatMap((given) => given ?? []).map(absolute),
      ],
      systemDir: path.join(stateDir, 'system'),
    },
    linear: readLinear(v),
    webhookSecrets: { linear: v.LINEAR_WEBHOOK_SECRET, github: v.GITHUB_WEBHOOK_SECRET },
    secretsFile: v.SECRETS_FILE === undefined ? undefined : absolute(v.SECRETS_FILE),
    logLevel: v.LOG_LEVEL,
    workflowDiagnostics: v.WORKFLOW_DIAGNOSTICS,
  });
}

/** Freezes all the way down, but for the connection: certificates are buffers, which cannot be frozen. */
function frozen<T extends object>(value: T): T {
  for (const [key, part] of Object.entries(value)) {
    if (key !== 'connection' && typeof part === 'object' && part !== null) frozen(part);
  }
  return Object.freeze(value);
}

/** Every variable that the factory reads besides Temporal's own, and what each may hold; `.env.example` explains them. */
import { z } from 'zod';
import { BranchName } from '../workflows/contract/branch.ts';
import { budgetTokens, budgetUsd } from '../workflows/contract/budget.ts';
import { ApprovalKind, OverlapChoice } from '../workflows/contract/settings.ts';
import { FreeAction } from '../workflows/contract/triage.ts';
import { TOKEN, TOKEN_RULE } from './access.ts';
import { isRefusedPort } from './refused-ports.ts';

const text = (allowed: string) => z.string().trim().min(1).describe(allowed);
const whole = (min: number, max: number, fallback: number) =>
  z
    .string()
    .regex(/^\d+$/)
    .transform(Number)
    .pipe(z.number().min(min).max(max))
    .default(fallback)
    .describe(`a whole number from ${min} to ${max}`);
const port = (fallback: number) => whole(1, 65_535, fallback);
/** Where HTTP is spoken. */
const webPort = (fallback: number) =>
  port(fallback)
    .refine((value) => !isRefusedPort(value))
    .describe('a whole number from 1 to 65535, but none that browsers refuse to open, such as 6000 or 10080');
const flag = z
  .enum(['0', '1'])
  .default('0')
  .transform((given) => given === '1')
  .describe('0 or 1');
const url = (protocol: RegExp, allowed: string) => z.url({ protocol }).describe(allowed);
const host = /^[A-Za-z0-9]([A-Za-z0-9._-]{0,62})$/;

/** REQUIRE_HUMAN_APPROVAL: true, false, or a list, in which `questions: off` may have a space. */
const Approvals = z
  .string()
  .transform((given): string[] => {
    if (given === 'true') return ['plan', 'merge'];
    return given === 'false' ? [] : given.split(',').map((kind) => kind.trim().replace(/\s*:\s*/, ':'));
  })
  .pipe(z.array(ApprovalKind))
  .default(['merge'])
  .describe(`true, false, or a list of ${ApprovalKind.options.join(', ')} separated by commas`);

/** SUPERVISOR: off, advise, or a list of what it may do without a person. */
const Supervisor = z
  .string()
  .transform((given): string[] | null => {
    if (given === 'off') return null;
    return given === 'advise' ? [] : given.split(',').map((action) => action.trim());
  })
  .pipe(z.array(FreeAction).nullable())
  .default(['retry'])
  .describe(`off, advise, or a list of ${FreeAction.options.join(', ')} separated by commas`);

/** LINEAR_REPOSITORY: one name, and `label=name` for the issues with a label. */
const LinearRepositories = z
  .string()
  .transform((list) => list.split(',').map((entry) => entry.trim()))
  .pipe(
    z
      .array(z.string().regex(/^([^=,]+=)?[A-Za-z0-9][A-Za-z0-9._-]{0,62}$/))
      .refine((entries) => entries.filter((entry) => !entry.includes('=')).length <= 1),
  )
  .default([])
  .describe('one name of a repository, and label=name for others, separated by commas');

const USD_RULE = 'an amount in US dollars above 0, such as 20 or 2.50';
const usd = z
  .string()
  .regex(/^\d+(\.\d+)?$/)
  .transform(Number)
  .pipe(budgetUsd);
const tokens = z
  .string()
  .regex(/^\d+$/)
  .transform(Number)
  .pipe(budgetTokens)
  .describe('a whole number of tokens above 0, such as 5000000');

const model = text('the name of a Claude model, such as claude-sonnet-5-5');

/** A description says what is allowed: it is what a wrong value is answered with. */
export const VARIABLES = {
  STATE_DIR: text('a folder').default('.factory'),
  FACTORY_CONFIG: text('the path of a YAML file').optional(),
  DATABASE_URL: url(/^postgres(ql)?$/, 'postgres://user:password@host:port/database').optional(),
  POSTGRES_PORT: port(5433),
  TEMPORAL_PORT: port(7233),
  TEMPORAL_UI_PORT: webPort(8233),
  TEMPORAL_UI_URL: url(/^https?$/, 'an http:// or https:// address').optional(),
  BACKEND_PORT: webPort(3001),
  FRONTEND_PORT: webPort(3000),
  BACKEND_HOST: text('an address to listen on, such as 127.0.0.1').default('127.0.0.1'),
  ALLOWED_HOSTS: z
    .string()
    .transform((list) => list.split(',').map((name) => name.trim()))
    .pipe(z.array(z.string().regex(host)))
    .default([])
    .describe('host names separated by commas'),
  API_TOKEN: z.string().regex(TOKEN).optional().describe(TOKEN_RULE),
  API_TOKEN_FILE: text('the path of a file with the token').optional(),
  ALLOW_UNAUTHENTICATED: flag,
  FACTORY_API_URL: url(/^https?$/, 'an http:// or https:// address').optional(),
  HOST_NAME: z.string().regex(host).optional().describe('1 to 63 of letters, digits, ".", "_" and "-"'),
  HOST_CAPACITY: whole(1, 200, 8),
  GIT_WORKTREE_BASE: text('a folder').optional(),
  TMUX_SOCKET_PATH: z.string().min(1).max(107).optional().describe('a path of at most 107 bytes'),
  GIT_BASE_REPO_PATH: text('the path of a git repository').optional(),
  GIT_BASE_BRANCH: BranchName.optional().describe('a branch as git names it'),
  FORGE: z.enum(['local', 'github']).default('local').describe('local or github'),
  GH_HOST: z
    .string()
    .regex(/^[A-Za-z0-9.-]+(:\d{1,5})?$/)
    .optional()
    .describe('the host of a GitHub Enterprise Server, such as github.example.com'),
  GH_TOKEN: text('a token of GitHub').optional(),
  GH_ENTERPRISE_TOKEN: text('a token of a GitHub Enterprise Server').optional(),
  GH_CONFIG_DIR: text('the folder of gh’s configuration').optional(),
  GITHUB_APPROVERS: z
    .string()
    .transform((list) => list.split(',').map((login) => login.trim()))
    .pipe(z.array(z.string().regex(/^[A-Za-z0-9][A-Za-z0-9-]{0,38}$/)))
    .default([])
    .describe('logins of GitHub separated by commas'),
  GITHUB_SETTLE_SECONDS: whole(0, 600, 15),
  GITHUB_WEBHOOK_SECRET: z.string().min(16).optional().describe('a secret of at least 16 characters'),
  ANTHROPIC_API_KEY: text('a key of the Claude API').optional(),
  ANTHROPIC_BASE_URL: url(/^https?$/, 'an http:// or https:// address').optional(),
  CLAUDE_MODEL: model.default('claude-sonnet-5-5'),
  CLAUDE_MODEL_PLAN: model.optional(),
  CLAUDE_MODEL_IMPLEMENT: model.optional(),
  CLAUDE_MODEL_REVIEW: model.optional(),
  CLAUDE_MODEL_CORRESPOND: model.optional(),
  CLAUDE_MODEL_TRIAGE: model.optional(),
  MODEL_FALLBACK: model.optional(),
  MODEL_FALLBACK_AFTER_SECONDS: whole(10, 86_400, 300),
  CLAUDE_MAX_TOKENS: whole(1_024, 128_000, 16_000),
  CLAUDE_TURNS_PER_SECOND: whole(1, 1_000, 50),
  REQUIRE_HUMAN_APPROVAL: Approvals,
  SUPERVISOR: Supervisor,
  SUPERVISOR_BUDGET_USD: usd.default(2).describe(USD_RULE),
  OVERLAPPING_TASKS: OverlapChoice.default('flag').describe('flag or sequence'),
  MAX_EPICS: whole(1, 1_000, 5),
  MAX_TASKS: whole(1, 50, 4),
  MAX_ATTEMPTS: whole(1, 100, 5),
  MAX_ROUNDS: whole(1, 100, 3),
  MAX_TURNS: whole(1, 10_000, 100),
  BUDGET_USD: usd.default(20).describe(USD_RULE),
  BUDGET_TOKENS: tokens.optional(),
  TASK_BUDGET_USD: usd.optional().describe(USD_RULE),
  TASK_BUDGET_TOKENS: tokens.optional(),
  SANDBOX: z.enum(['auto', 'off']).default('auto').describe('auto or off'),
  SANDBOX_READABLE: z
    .string()
    .transform((list) => list.split(':').filter((folder) => folder !== ''))
    .default([])
    .describe('folders separated by colons'),
  SECRETS_FILE: text('the path of a file with lines NAME=value').optional(),
  LINEAR_API_KEY: text('a key of the Linear API').optional(),
  LINEAR_API_URL: url(/^https?$/, 'an https:// address, or one of this machine')
    .refine((given) => given.startsWith('https:') || /^(localhost|127\.0\.0\.1|\[::1\])$/.test(new URL(given).hostname))
    .default('https://api.linear.app/graphql')
    .describe('an https:// address, or one of this machine'),
  LINEAR_WEBHOOK_SECRET: text('the signing secret of the webhook in Linear').optional(),
  LINEAR_TEAM: text('the key of a team, such as ENG').optional(),
  LINEAR_LABEL: text('the name of a label').optional(),
  LINEAR_STATE: text('the name of a workflow state').optional(),
  LINEAR_REPOSITORY: LinearRepositories,
  WORKFLOW_DIAGNOSTICS: flag,
  LOG_LEVEL: z
    .enum(['fatal', 'error', 'warn', 'info', 'debug', 'trace', 'silent'])
    .default('info')
    .describe('fatal, error, warn, info, debug, trace or silent'),
} satisfies Record<string, z.ZodType>;

export type Variables = z.output<z.ZodObject<typeof VARIABLES>>;

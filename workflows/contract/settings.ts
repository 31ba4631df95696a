/** What is in force for one epic: read once from Config and factory.yaml when it starts, then pinned. */
import { z } from 'zod';
import { Adoption } from './adoption.ts';
import { TaskBudget } from './budget.ts';
import { MOST_TOGETHER } from './line.ts';
import { ProtectedGroup } from './protected.ts';
import { Purpose } from './states.ts';
import { SupervisorSettings } from './triage.ts';

/** Agents ask nobody and decide themselves. */
export const NO_QUESTIONS = 'questions:off';

/** REQUIRE_HUMAN_APPROVAL: `true` is plan and merge, `false` nothing, else a list, which may switch questions off. */
export const ApprovalKind = z.enum(['plan', 'merge', NO_QUESTIONS]);
export type ApprovalKind = z.infer<typeof ApprovalKind>;

/** Tasks that will likely touch the same files: flagged, or made to wait for each other. */
export const OverlapChoice = z.enum(['flag', 'sequence']);
export type OverlapChoice = z.infer<typeof OverlapChoice>;

export const ReportFormat = z.enum(['junit', 'tap', 'go-json', 'trx']);
export type ReportFormat = z.infer<typeof ReportFormat>;

export const Check = z
  .strictObject({
    name: z.string().min(1).max(60),
    command: z.string().min(1),
    /** How the command reports its tests; without it what the usual runners print and write is read. */
    report: ReportFormat.optional(),
    /** Where it writes that: a file, folder or glob, from the root. Without it the report is the command's output. */
    path: z
      .string()
      .trim()
      .min(1)
      .max(500)
      .refine(
        (path) => !path.startsWith('/') && !path.split('/').includes('..'),
        'a path from the root of the repository',
      )
      .optional(),
  })
  .refine(({ report, path }) => path === undefined || report !== undefined, {
    path: ['report'],
    message: 'path needs report: the format of the file',
  })
  .refine(({ report, path }) => path !== undefined || (report !== 'junit' && report !== 'trx'), {
    path: ['path'],
    message: 'this report is a file: name its path',
  });
export type Check = z.infer<typeof Check>;

/** Paths from the repository's root; one that fits a folder covers all in it. */
const Globs = z
  .array(
    z
      .string()
      .trim()
      .min(1)
      .max(500)
      .refine((glob) => !glob.startsWith('!'), 'a path that is not meant is not listed: leave it out'),
  )
  .max(200);

/** Where tests are by the habits of the common languages. */
const TEST_PATHS = [
  ...['**/{test,tests,spec,specs,__tests__,__snapshots__,e2e}/**', '**/*.{test,spec,cy}.*', '**/*_{test,spec}.*'],
  ...['**/test_*.py', '**/*{Test,Tests,IT,Spec}.{java,kt,kts,scala,groovy,cs,fs,vb,swift,php}'],
];
const VariableName = z.string().regex(/^[A-Za-z_][A-Za-z0-9_]*$/, 'a name of letters, digits and "_"');

/** A value as it is, or the name of one that the operator keeps on each host (SECRETS_FILE) and that is never shown. */
export const VariableValue = z.union([z.string(), z.strictObject({ secret: VariableName })]);
export type VariableValue = z.infer<typeof VariableValue>;

/** A host that commands may talk to: a name, or `*.` and a name for everything below it. No address, scheme or port. */
const HostName = z
  .string()
  .regex(
    /^(\*\.)?([a-z0-9]([a-z0-9-]*[a-z0-9])?\.)+[a-z]([a-z0-9-]*[a-z0-9])?$/,
    'a host name such as registry.npmjs.org',
  );

/** What one command may use up, as far as the host can hold it to that. */
const Limits = z.strictObject({
  memoryMb: z.number().int().min(64).default(8_192),
  /** Processes and threads at once. */
  processes: z.number().int().min(16).default(4_096),
  /** The largest file. */
  fileMb: z.number().int().min(1).default(4_096),
});

/** The forge's own checks of a pull request (CI), which hold its merge. */
const ForgeChecks = z.strictObject({
  /** The names that must be green; without any those that branch protection requires, else all that there are. */
  required: z.array(z.string().trim().min(1).max(200)).max(50).default([]),
  /** What a commit that has no check at all means. */
  none: z.enum(['allow', 'hold']).default('allow'),
  /** What checks mean that the base branch has red too; its Worker is not blamed for them. */
  redOnBase: z.enum(['ask', 'allow']).default('ask'),
  /** After that a person is told. */
  timeoutMinutes: z.number().positive().max(10_080).default(60),
});

/** A file or folder of the repository: its path from the root, which means itself. */
const InnerPath = z
  .string()
  .trim()
  .transform((path) => path.replace(/^\.\//, '').replace(/\/+$/, ''))
  .refine((path) => !path.includes('*'), 'a path of one file or folder, without "*"')
  .refine(
    (path) => path.split('/').every((part) => !['', '.', '..', '.git'].includes(part)),
    'a path from the root of the repository, such as node_modules',
  );

/** How a fresh checkout becomes one that works. */
const SetUp = z
  .strictObject({
    run: z.string().refine((command) => command.trim() !== '', 'the command to run'),
    /**
     * What verification need not make again for each commit: paths that set-up makes and git does not track. `~/` begins
     * those in the home of its commands, which stays as a whole when anything does.
     */
    keep: z.array(InnerPath).max(20).default([]),
    /** Tracked files and folders that decide what is kept: when one of them differs, all of it is made again. */
    while: z.array(InnerPath).max(50).default([]),
  })
  .refine(({ keep, while: basis }) => keep.length === 0 || basis.length > 0, {
    path: ['while'],
    message: 'keep needs while: the files that decide what is kept, such as package-lock.json',
  })
  .refine(({ keep, while: basis }) => basis.length === 0 || keep.length > 0, {
    path: ['keep'],
    message: 'while needs keep: the paths that are kept while these files are the same, such as node_modules',
  });
export type SetUp = z.infer<typeof SetUp>;

/** A path of `keep` that is not in the worktree. */
export const isInHome = (path: string): boolean => path === '~' || path.startsWith('~/');

/** factory.yaml on the base branch of the target repository. Unknown keys are refused so that a typo is found. */
export const RepositoryPolicy = z.strictObject({
  /** Runs once in each Worker's worktree before it starts, and in the clean checkout of each commit that is verified. */
  setup: z.preprocess((given) => (typeof given === 'string' ? { run: given } : given), SetUp).optional(),
  /** What a change must pass; without it nothing is verified, and evidence and approvals say so. */
  verify: z
    .preprocess((given) => (typeof given === 'string' ? [{ name: 'verify', command: given }] : given), z.array(Check))
    .default([]),
  /** What a check means that ran no test: it is said, or red. */
  noTests: z.enum(['say', 'red']).default('say'),
  checks: ForgeChecks.prefault({}),
  env: z.record(VariableName, VariableValue).default({}),
  /** The only hosts that commands may reach; none without it. */
  network: z.array(HostName).default([]),
  limits: Limits.prefault({}),
  timeouts: z
    .strictObject({
      setupSeconds: z.number().int().positive().default(900),
      verifySeconds: z.number().int().positive().default(900),
      commandSeconds: z.number().int().positive().default(600),
    })
    .prefault({}),
  /** Changes that wait to be merged into one branch are verified together when the checks take long. */
  batch: z
    .strictObject({
      /** 1: each alone. */
      mostChanges: z.number().int().min(1).max(MOST_TOGETHER).default(MOST_TOGETHER),
      fromSeconds: z.number().nonnegative().default(30),
    })
    .prefault({}),
  /** Files whose lines are not searched for secrets before a push, as globs: `test/fixtures/**`. */
  secretsAllowedIn: z.array(z.string().min(1)).default([]),
  /** Tasks of one epic that may run at the same time. */
  concurrency: z.number().int().positive().max(50).optional(),
  /** A change to a path of these groups waits for a person before its branch is pushed; all groups without a list. */
  protected: z.array(ProtectedGroup).optional(),
  /** More paths of that kind; without `protected` in the place of the groups (contract/protected.ts). */
  protectedPaths: Globs.optional(),
  /** Tests: one that is deleted, skipped or weakened waits for a person before it is merged. */
  testPaths: Globs.default(TEST_PATHS),
});
export type RepositoryPolicy = z.infer<typeof RepositoryPolicy>;

/** Epics that were started before set-up could be more than a command have it as a text. */
export const setUpOf = ({ setup }: Pick<RepositoryPolicy, 'setup'>): SetUp | undefined =>
  typeof setup === 'string' ? { run: setup, keep: [], while: [] } : setup;

/** What each command of the repository is run with: set-up, checks and the agents' own. */
export type CommandPolicy = Pick<RepositoryPolicy, 'env' | 'network' | 'limits'>;

/** One purpose's model and prompt; `promptHash` names a row of `pins`. */
export const AgentPin = z.object({
  model: z.string(),
  maxTokens: z.number().int(),
  promptHash: z.string(),
  /** Asked instead once the model has been overloaded for so long. */
  fallback: z.object({ model: z.string(), afterSeconds: z.number().int() }).optional(),
});
export type AgentPin = z.infer<typeof AgentPin>;

export const ForgeKind = z.enum(['local', 'github']);
export type ForgeKind = z.infer<typeof ForgeKind>;

export const EpicSettings = z.object({
  repository: z.string(),
  baseBranch: z.string(),
  /** The cap at the start; raiseBudget changes the one in PostgreSQL. 1 USD = 1,000,000. */
  budgetMicroUsd: z.number().int(),
  budgetTokens: z.number().int().optional(),
  /** Of each task that has none of its own. */
  taskBudget: TaskBudget.optional(),
  concurrency: z.number().int(),
  approvals: z.array(ApprovalKind),
  /** `flag` without it. */
  overlaps: OverlapChoice.optional(),
  agents: z.record(Purpose, AgentPin),
  /** attempts: Worker agents before a person is asked; rounds: red verifications, reviews, conflicts each; turns: a round's. */
  limits: z.object({ attempts: z.number().int(), rounds: z.number().int(), turns: z.number().int() }),
  /** Its Supervisor agent; none is asked without it. */
  supervisor: SupervisorSettings.optional(),
  policy: RepositoryPolicy,
  policyHash: z.string(),
  /** The commit of the base branch that these were read from. */
  baseSha: z.string().optional(),
  forge: ForgeKind.optional(),
  /** A review judges each acceptance criterion. Epics that were started before it had to are without. */
  judgesCriteria: z.boolean().optional(),
  /** What is most likely not meant, in words. */
  notes: z.array(z.string()).optional(),
  /** Policies that people adopted since, oldest first: the last one is in force. */
  adopted: z.array(Adoption).optional(),
  /** The policy that the epic began with, once another one was adopted. */
  firstPolicy: RepositoryPolicy.optional(),
});
export type EpicSettings = z.infer<typeof EpicSettings>;

/**
 * Whether people and CI come to pull requests on the forge. To the local one they do not: only a push by git into its
 * repository changes a pull request there, and the merge refuses a head that has moved.
 */
export const hasVisitors = ({ forge }: Pick<EpicSettings, 'forge'>): boolean => forge !== 'local';

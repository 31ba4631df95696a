/**
 * Every failure name of the factory, in one place: the `type` of an ApplicationFailure and the `code` of an API error.
 * Whether an activity's failure is worth another try is decided in clients/failures.ts.
 */
export const FAILURES = {
  // Input and lookups
  InvalidInput: 'What was sent does not fit; the message names the field and the remedy',
  EpicExists: 'Another chain of executions owns this epic id',
  NotFound: 'There is no such epic, task, agent or request',
  // Refusals of messages
  KeyReused: 'The Idempotency-Key was used before, with another content',
  RequestClosed: 'The human request was answered before, or a newer one took its place',
  StaleHead: 'The pull request moved on since the commit that was approved',
  StalePlan: 'The plan was revised since the revision that the change was made for',
  NotAllowedNow: 'The state of the epic or task does not allow this',
  FactoryPaused: 'A person has paused the whole factory',
  // Repository and git
  RepositoryMissing: 'The repository does not exist or is not a git repository',
  RepositoryUnsupported: 'The repository holds what is not supported; the message names it',
  SubmoduleUnavailable: 'A submodule cannot be fetched; the message names it',
  LfsObjectMissing: 'An object of Git LFS is missing or damaged; the message names the file',
  RepositoryDamaged: 'An object of the repository is missing or damaged',
  BaseBranchMissing: 'The base branch does not exist',
  BaseRewritten: 'The base branch was rewritten and dropped a commit that the work is built on',
  WorktreeUnusable: 'The worktree cannot be made or used',
  WorktreeGone: 'Somebody deleted the worktree; its task or epic makes it again',
  GitFailed: 'git failed',
  PushRejected: 'The remote refused the push: the task was placed again and its checkpoint chain is elsewhere',
  BranchMoved: 'Somebody else moved the branch',
  SecretFound: 'What was to be pushed holds what looks like a secret',
  // Host
  HostLost: 'The host of this task has stopped answering',
  HostBusy: 'Every slot of the host is taken',
  TerminalUnavailable: 'tmux is missing or does not start',
  SandboxUnavailable: 'The sandbox cannot be set up',
  SecretMissing: 'The host does not have a secret that factory.yaml names',
  DiskFull: 'No space is left on the device',
  SetupFailed: 'The set-up command of factory.yaml failed',
  CommandInterrupted: 'The command may or may not have finished',
  // Model
  NotAuthenticated: 'The credentials were refused',
  RateLimited: 'The provider asks us to slow down',
  ModelUnavailable: 'The model provider does not answer',
  ModelNotAvailable: 'The model provider does not offer the model to this account',
  ModelRefusedRequest: 'The model provider refused the request',
  BudgetExceeded: 'The next model call could pass the epic’s budget',
  // Forge
  ForgeUnavailable: 'The forge does not answer',
  ForgeRefused: 'The forge refused the request',
  RepositoryArchived: 'The repository is archived, so nothing can be changed in it',
  NotPermitted: 'The login of the factory may not do this on the forge',
  BranchProtected: 'A rule of the branch stands in the way of the merge; the message names it',
  NothingToMerge: 'The branch has no commit that its base does not have',
  HeadMoved: 'The pull request’s head is not the expected commit',
  BaseMoved: 'The base branch moved since the tree that was verified',
  MergeConflict: 'The branches cannot be merged without a person or an agent',
  // Tracker
  TrackerUnavailable: 'The tracker does not answer',
  TrackerRefused: 'The tracker refused what was asked of it',
  // Agents and tasks
  PlanRefused: 'The planner handed in several plans in a row that do not hold; the message has the defects of the last',
  AgentGaveUp: 'The agent ended without finishing its work',
  AgentLooped: 'The agent went in a circle and went on so after it was told',
  AgentExhausted: 'The agent used all turns of its round without handing in its work',
  TaskFailed: 'The task failed for good',
  EpicFailed: 'The epic failed for good',
  ClosedFromOutside: 'Somebody ended the execution in Temporal, or its time limit passed',
  // Records
  RecordFailed: 'What an activity was to write before its work could not be written',
  // API
  Unauthorized: 'The request came from where it may not',
  Unavailable: 'A part of the factory does not answer',
  Internal: 'Something unexpected went wrong; the log says more',
} as const;

export type FailureName = keyof typeof FAILURES;

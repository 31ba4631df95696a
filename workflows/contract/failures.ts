/**
 * Every failure name of the factory, in one place: the `type` of an ApplicationFailure and the `code` of an API error.
 * `tries` says whether it is worth another try, which clients/failures.ts carries out: `final` is not; `retried` is, without
 * end where it is known to pass by itself, else for minutes until a person is asked (it is final then).
 */
interface FailureEntry {
  readonly what: string;
  /** `final`, `retried`, or which of both when. */
  readonly tries: string;
}

export const FAILURES = {
  // Input and lookups
  InvalidInput: { what: 'The input is not valid; the message names the field and the remedy', tries: 'final' },
  EpicExists: { what: 'This epic id belongs to another chain of workflow executions', tries: 'final' },
  NotFound: {
    what: 'There is no such epic, task, agent or request',
    tries: 'final; retried until the pull request of a task is recorded',
  },
  // Refusals of messages
  KeyReused: { what: 'The Idempotency-Key was used before, with another content', tries: 'final' },
  RequestClosed: { what: 'The human request was answered before, or a newer one replaced it', tries: 'final' },
  StaleHead: { what: 'The pull request moved on since the commit that was approved', tries: 'final' },
  StalePlan: { what: 'The plan was revised since the revision that the change was made for', tries: 'final' },
  CapIsHigher: { what: 'The cap in force is higher, and nothing was said of lowering it', tries: 'final' },
  PlanUnsettled: { what: 'The epic has no settled plan yet that could be changed like that', tries: 'final' },
  EpicHasOneTask: { what: 'The epic has one task and one pull request, so no task can be added', tries: 'final' },
  EpicMerging: { what: 'All tasks are done and merged together, so none can start', tries: 'final' },
  EpicEnded: { what: 'The epic has ended or is ending, so nothing of it can be changed', tries: 'final' },
  TaskRunning: { what: 'The task is running', tries: 'final' },
  TaskNotStarted: { what: 'The task has not started', tries: 'final' },
  TaskEnded: { what: 'The task has ended, so it takes no such message any more', tries: 'final' },
  TurnNotKept: { what: 'The turn changed no file that was kept, so the task cannot go back to it', tries: 'final' },
  RequestAmbiguous: { what: 'More than one request is open, and the message names none', tries: 'final' },
  MailNotToPeople: { what: 'The mail that was to be answered is not to people', tries: 'final' },
  NothingStuck: { what: 'Nothing of the epic is stuck, so there is nothing to repair', tries: 'final' },
  StaleRepair: { what: 'The executions have changed since the repair was shown', tries: 'final' },
  NothingRecorded: { what: 'No agent of the epic has taken a turn yet', tries: 'final' },
  RecordingTooLarge: { what: 'The transcripts of the epic are too long for a recording', tries: 'final' },
  FactoryPaused: { what: 'A person has paused the whole factory', tries: 'retried' },
  // Repository and git
  RepositoryMissing: { what: 'The repository does not exist or is not a git repository', tries: 'final' },
  RepositoryUnsupported: {
    what: 'The repository uses something that is not supported; the message names it',
    tries: 'final',
  },
  SubmoduleUnavailable: {
    what: 'A submodule cannot be fetched; the message names it',
    tries: 'retried where only the connection failed; else final',
  },
  LfsObjectMissing: { what: 'An object of Git LFS is missing or damaged; the message names the file', tries: 'final' },
  RepositoryDamaged: { what: 'An object of the repository is missing or damaged', tries: 'final' },
  BaseBranchMissing: { what: 'The base branch does not exist', tries: 'final' },
  BaseRewritten: {
    what: 'The base branch was rewritten and dropped a commit that the work is built on',
    tries: 'final',
  },
  FolderNotWritable: { what: 'A folder or file of a repository or worktree cannot be written', tries: 'final' },
  PathTaken: { what: 'Something else stands where a file or folder of a worktree goes', tries: 'final' },
  PathIsLink: { what: 'A link stands where a folder of worktrees should be', tries: 'final' },
  EncodingMismatch: { what: 'A file is not written in the encoding that .gitattributes gives it', tries: 'final' },
  GitNotStarted: { what: 'git could not be started in the folder where it was to run', tries: 'final' },
  WorktreeNotPrepared: { what: 'The worktree was not prepared for this placement', tries: 'final' },
  WorktreeDetached: { what: 'The worktree is on no branch, so nothing can be committed there', tries: 'final' },
  WorktreeUndeletable: { what: 'The folder of a worktree cannot be deleted', tries: 'final' },
  HeadElsewhere: { what: 'The worktree is on another commit than the one that is to be verified', tries: 'final' },
  ChangesUncommitted: { what: 'The worktree holds changes that are not committed', tries: 'final' },
  NoEarlierCommit: { what: 'The branch has no earlier commit to go back to', tries: 'final' },
  LocalBranchMoved: { what: 'Somebody else moved a branch or a head in the clone on the host', tries: 'final' },
  LocalBranchGone: { what: 'The branch of a worktree is gone from the clone on the host', tries: 'final' },
  WorktreeGone: {
    what: 'Somebody deleted the worktree; its task or epic makes it again',
    tries: 'final; its task or epic makes it again',
  },
  GitFailed: {
    what: 'git failed',
    tries: 'final where git is missing or the histories have nothing in common; else retried',
  },
  PushRejected: {
    what: 'The remote refused the push: the task has a newer placement, and only that one may push',
    tries: 'final; the task goes on where it is placed now',
  },
  CommitsDropped: { what: 'What is to be pushed holds commits that the base has dropped', tries: 'final' },
  BranchCheckedOut: { what: 'The branch is checked out where it was to be pushed', tries: 'final' },
  PushDeclined: { what: 'A hook or a rule of the remote refused the push', tries: 'final' },
  BranchMoved: { what: 'Somebody else moved the branch', tries: 'final' },
  SecretFound: { what: 'The change holds what looks like a secret, so it was not pushed', tries: 'final' },
  // Host
  HostLost: { what: 'The host of this task has stopped answering', tries: 'final; the task is placed elsewhere' },
  HostBusy: { what: 'Every slot of the host is taken', tries: 'retried' },
  PlacedAgain: {
    what: 'The task or epic was placed again, so the earlier placement may do nothing more',
    tries: 'final',
  },
  TerminalUnavailable: {
    what: 'tmux is missing or does not start',
    tries: 'final where tmux is missing or opens no window; else retried',
  },
  SandboxUnavailable: { what: 'The sandbox cannot be set up', tries: 'final' },
  SecretMissing: { what: 'The host does not have a secret that factory.yaml names', tries: 'final' },
  DiskFull: { what: 'No space is left on the device', tries: 'retried' },
  SetupFailed: { what: 'The set-up command of factory.yaml failed', tries: 'final' },
  CommandInterrupted: {
    what: 'The command may or may not have finished',
    tries: 'retried; final where it was ended time and again',
  },
  // Model
  NotAuthenticated: { what: 'The credentials were refused', tries: 'final; retried while the tracker refuses its key' },
  RateLimited: { what: 'The provider asks us to slow down', tries: 'retried' },
  ModelUnavailable: { what: 'The model provider does not answer', tries: 'retried' },
  ModelNotAvailable: { what: 'The model provider does not offer the model to this account', tries: 'final' },
  ModelRefusedRequest: { what: 'The model provider refused the request', tries: 'final' },
  BudgetExceeded: {
    what: 'The next model call could pass the epic’s budget',
    tries: 'retried while open calls hold what is left; else a person is asked',
  },
  // Forge
  ForgeUnavailable: { what: 'The forge does not answer', tries: 'final where gh is missing; else retried' },
  ForgeRefused: { what: 'The forge refused the request', tries: 'final' },
  RepositoryArchived: { what: 'The repository is archived, so nothing can be changed in it', tries: 'final' },
  NotPermitted: { what: 'The login of the factory may not do this on the forge', tries: 'final' },
  BranchProtected: {
    what: 'A rule of the branch stands in the way of the merge; the message names it',
    tries: 'final',
  },
  NothingToMerge: { what: 'The branch has no commit that its base does not have', tries: 'final' },
  PullRequestClosed: { what: 'The pull request is closed', tries: 'final' },
  PullRequestRetargeted: { what: 'The pull request was given another base branch', tries: 'final' },
  PullRequestDraft: { what: 'The pull request is a draft', tries: 'final' },
  MergedBefore: {
    what: 'The pull request was merged already, without its newest commits or into another branch',
    tries: 'final',
  },
  MergedElsewhere: {
    what: 'The base branch does not hold the commit that the work was merged as',
    tries: 'retried for a minute; then final',
  },
  AlreadyOnForge: { what: 'The forge has a branch or pull request like that already', tries: 'final' },
  HeadMoved: { what: 'The pull request’s head is not the expected commit', tries: 'final; it is looked at again' },
  BaseMoved: {
    what: 'The base branch moved since the tree that was verified',
    tries: 'final; it is verified again on the new base',
  },
  MergeConflict: {
    what: 'The branches cannot be merged without a person or an agent',
    tries: 'final; its Worker settles it',
  },
  // Tracker
  TrackerUnavailable: { what: 'The tracker does not answer', tries: 'retried' },
  TrackerRefused: { what: 'The tracker refused the request', tries: 'final' },
  // Agents and tasks
  PlanRefused: {
    what: 'The planner handed in several invalid plans in a row; the message lists the defects of the last one',
    tries: 'final',
  },
  AgentGaveUp: { what: 'The agent ended without finishing its work', tries: 'final' },
  AgentLooped: { what: 'The agent repeated the same steps, and went on after it was warned', tries: 'final' },
  AgentExhausted: { what: 'The agent used all turns of its round without handing in its work', tries: 'final' },
  TaskFailed: { what: 'The task failed for good', tries: 'final' },
  EpicFailed: { what: 'The epic failed for good', tries: 'final' },
  ClosedFromOutside: { what: 'Somebody ended the execution in Temporal, or its time limit passed', tries: 'final' },
  // Records
  RecordFailed: { what: 'The record that an activity writes before its work could not be written', tries: 'retried' },
  RunOvertaken: {
    what: 'A run that was ended from outside before it had written anything writes after the one that followed it',
    tries: 'retried',
  },
  // API
  Unauthorized: {
    what: 'The request has no valid token or signature, or came from a host name that is not allowed',
    tries: 'final',
  },
  Unavailable: { what: 'A part of the factory does not answer', tries: 'final; sending it again is safe' },
  Internal: {
    what: 'Something unexpected went wrong; the log says more',
    tries: 'final for a message; retried where the error is of no known kind',
  },
  // Given by earlier versions only, and found in their histories and rows
  NotAllowedNow: { what: 'The state of the epic or task did not allow it', tries: 'final' },
  WorktreeUnusable: { what: 'The worktree could not be made or used', tries: 'final' },
} as const satisfies Record<string, FailureEntry>;

export type FailureName = keyof typeof FAILURES;

/** A worktree cannot be made, used or deleted: each another reason, which only somebody at its host can do away with. */
export const WORKTREE_FAILURES: readonly FailureName[] = [
  'FolderNotWritable',
  'PathTaken',
  'PathIsLink',
  'EncodingMismatch',
  'GitNotStarted',
  'WorktreeNotPrepared',
  'WorktreeDetached',
  'WorktreeUndeletable',
  'HeadElsewhere',
  'ChangesUncommitted',
  'NoEarlierCommit',
  'LocalBranchMoved',
  'LocalBranchGone',
  'CommitsDropped',
  'PlacedAgain',
];

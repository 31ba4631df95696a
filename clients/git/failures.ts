/** What git says, as failures of our vocabulary: the only place that reads its messages (LC_ALL=C). */
import { ApplicationFailure } from '@temporalio/common';
import type { FailureName } from '../../workflows/contract/failures.ts';
import { failure, finalFailure, passingFailure } from '../failures.ts';

export interface GitMessage {
  /** What happened, for callers that can do something about it. */
  readonly kind: string;
  readonly pattern: RegExp;
  readonly type: FailureName;
  /** Another try cannot fix it. */
  readonly final: boolean;
  /** It passes by itself, however long that takes. */
  readonly passes?: boolean;
  /** What a person can do. */
  readonly remedy?: string;
}

const MOVED_REMEDY = 'retry the task: it takes in what was pushed';

/** The first that matches counts, so the particular stand before the general. */
export const GIT_MESSAGES = [
  {
    kind: 'disk-full',
    // Of a file that it cannot write git does not say why; rights would have kept it from creating it.
    pattern:
      /No space left on device|Disk quota exceeded|Out of diskspace|unable to write (file |new index file)|couldn't (write|close) '/,
    type: 'DiskFull',
    final: false,
    remedy: 'free some space there',
  },
  // Before the troubles of a connection: what is damaged also breaks off, and a refused atomic push hangs up.
  {
    kind: 'damaged',
    pattern:
      /repository corruption|missing (blob|tree|commit|object)|is corrupt|inflate: data stream error|object file .* is empty|(sha1|hash) mismatch/,
    type: 'RepositoryDamaged',
    final: true,
    remedy: 'run git fsck in that repository, and fetch what is missing there from another clone',
  },
  {
    kind: 'other-hash',
    pattern: /mismatched algorithms|unknown repository extension.*objectformat|unknown hash algorithm/i,
    type: 'RepositoryUnsupported',
    final: true,
    remedy: 'repositories with SHA-256 object names are not supported; use one with SHA-1',
  },
  {
    kind: 'name-taken',
    pattern: /'[^']+' exists; cannot create/,
    type: 'RepositoryUnsupported',
    final: true,
    remedy: 'rename or delete that branch: it stands where the branches factory/… of the factory go',
  },
  {
    kind: 'bad-name',
    pattern: /invalid refspec|is not a valid (branch|ref) ?name|invalid ref format/,
    type: 'InvalidInput',
    final: true,
    remedy: 'name a branch as git does (git check-ref-format)',
  },
  {
    kind: 'lease-lost',
    pattern: /\[rejected\].*\((stale info|remote ref updated since)/,
    type: 'PushRejected',
    final: true,
  },
  {
    kind: 'not-forward',
    pattern: /\[rejected\].*\((non-fast-forward|fetch first|needs force|already exists)\)|denying non-fast-forward/,
    type: 'BranchMoved',
    final: true,
    remedy: MOVED_REMEDY,
  },
  {
    kind: 'checked-out',
    pattern: /refusing to update checked out branch|branch is currently checked out/,
    type: 'BranchCheckedOut',
    final: true,
    remedy: 'check out another branch there',
  },
  {
    kind: 'declined',
    pattern: /hook declined|deletion prohibited|push declined/,
    type: 'PushDeclined',
    final: true,
    remedy: "let the factory push there: change the branch's protection or the hook that refused",
  },
  {
    kind: 'not-owner',
    pattern: /detected dubious ownership in repository/,
    type: 'RepositoryMissing',
    final: true,
    remedy: 'the folder belongs to another user: run the factory as its owner, or change the owner',
  },
  {
    kind: 'archived',
    pattern: /repository was archived/,
    type: 'RepositoryArchived',
    final: true,
    remedy: 'unarchive the repository',
  },
  {
    kind: 'authentication',
    pattern:
      /Authentication failed|could not read (Username|Password)|Permission denied \(publickey|Write access to repository not granted|returned error: 40[13]/,
    type: 'NotAuthenticated',
    final: true,
    remedy: 'give this host access to the repository',
  },
  {
    kind: 'host-unknown',
    pattern: /Could not resolve host/,
    type: 'ForgeUnavailable',
    final: false,
    passes: true,
  },
  {
    kind: 'unreachable',
    pattern:
      /Connection (refused|timed out|reset)|Failed to connect|the remote end hung up|early EOF|the connection made no progress|returned error: (429|5\d\d)/,
    type: 'ForgeUnavailable',
    final: false,
    passes: true,
  },
  {
    kind: 'repository-missing',
    pattern: /does not appear to be a git repository|not a git repository|[Rr]epository .*not found|cannot change to '/,
    type: 'RepositoryMissing',
    final: true,
    remedy: 'check the path or URL of the repository',
  },
  {
    kind: 'branch-missing',
    pattern: /couldn't find remote ref/,
    type: 'BaseBranchMissing',
    final: true,
    remedy: 'create the branch, or name another one',
  },
  {
    kind: 'ref-moved',
    pattern:
      /cannot lock ref '[^']*': (is at \w+ but expected|reference already exists|unable to resolve reference|reference is missing)/,
    type: 'GitFailed',
    final: false,
  },
  {
    kind: 'locked',
    pattern: /Unable to create '([^']+\.lock)': File exists/,
    type: 'GitFailed',
    final: false,
  },
  {
    kind: 'encoding',
    pattern: /BOM is (required|prohibited) in '|failed to encode '/,
    type: 'EncodingMismatch',
    final: true,
    remedy: 'write the named file in the working-tree-encoding that .gitattributes gives it, or change that',
  },
  {
    kind: 'in-the-way',
    pattern:
      /not uptodate\. Cannot merge|would be overwritten by|would lose untracked files|Updating the following directories/,
    type: 'PathTaken',
    final: true,
    remedy: 'move the named files out of the worktree',
  },
  {
    kind: 'unrelated',
    pattern: /refusing to merge unrelated histories/,
    type: 'GitFailed',
    final: true,
    remedy: 'the branches have no commit in common; point the factory at the right base branch',
  },
  {
    kind: 'not-writable',
    pattern: /Permission denied|Read-only file system|Operation not permitted/,
    type: 'FolderNotWritable',
    final: true,
    remedy: 'make the folder writable for the user of the worker process',
  },
  {
    kind: 'object-missing',
    pattern:
      /[Nn]ot a valid object name|bad object|Not a valid commit name|unable to read tree|not our ref|not a tree object/,
    type: 'RepositoryDamaged',
    final: true,
    remedy: 'run git fsck in that repository, and fetch what is missing there from another clone',
  },
] as const satisfies readonly GitMessage[];

export type GitMessageKind = (typeof GIT_MESSAGES)[number]['kind'];

/** The entry that git's words match. */
export function readGitMessage(stderr: string): ((typeof GIT_MESSAGES)[number] & GitMessage) | undefined {
  return GIT_MESSAGES.find(({ pattern }) => pattern.test(stderr));
}

/** The failure for a git command that ended badly. What no entry knows may pass, and is tried again for minutes. */
export function gitFailure(args: readonly string[], exitCode: number, stderr: string): ApplicationFailure {
  const known = readGitMessage(stderr);
  const said = stderr.trim().slice(-1_000) || `exit code ${exitCode}`;
  const remedy = known?.remedy === undefined ? '' : ` Remedy: ${known.remedy}.`;
  const details = [{ git: known?.kind ?? 'unknown' }];
  const make = known?.final === true ? finalFailure : known?.passes === true ? passingFailure : failure;
  const command = args.find((arg) => !arg.startsWith('-')) ?? '';
  return make(known?.type ?? 'GitFailed', `git ${command} failed: ${said}.${remedy}`, { details });
}

/** Whether this is a failure of `gitFailure` of one of these kinds. */
export function isGitFailure(error: unknown, ...kinds: GitMessageKind[]): error is ApplicationFailure {
  if (!(error instanceof ApplicationFailure)) return false;
  const [fact] = error.details ?? [];
  const kind = typeof fact === 'object' && fact !== null && 'git' in fact ? fact.git : undefined;
  return kinds.some((each) => each === kind);
}

/** What `git push` says when a ref is not where its lease expects it, for a push that moves refs without it. */
export const leaseLost = (ref: string): ApplicationFailure =>
  failure('PushRejected', `${ref} was moved by somebody else`, {
    nonRetryable: true,
    details: [{ git: 'lease-lost' }],
  });

/** What it says of a branch that would not go forward. */
export const notForward = (what: string): ApplicationFailure =>
  failure('BranchMoved', `${what}; ${MOVED_REMEDY}`, { nonRetryable: true, details: [{ git: 'not-forward' }] });

/** The conflicts of `git merge-tree -z` that stages alone do not tell; its manual promises that these names are stable. */
const CONFLICT_TYPES = [
  { type: 'none', pattern: /^(?!.*CONFLICT)/ },
  { type: 'binary', pattern: /binary/ },
  { type: 'rename/rename', pattern: /rename\/rename/ },
  { type: 'rename/delete', pattern: /rename\/delete/ },
  { type: 'file/link', pattern: /distinct modes/ },
  { type: 'file/folder', pattern: /file\/directory/ },
  { type: 'location', pattern: /directory rename suggested/ },
  { type: 'stages', pattern: /contents|modify\/delete|submodule|rename involved in collision/ },
  { type: 'other', pattern: /^/ },
] as const;

export type ConflictType = Exclude<(typeof CONFLICT_TYPES)[number]['type'], 'none'>;

/** Undefined for what is no conflict; `stages` for one that the stages of its path tell. */
export function readConflictType(name: string): ConflictType | undefined {
  const type = CONFLICT_TYPES.find(({ pattern }) => pattern.test(name))?.type ?? 'other';
  return type === 'none' ? undefined : type;
}

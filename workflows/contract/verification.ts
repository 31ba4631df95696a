/** Set-up and verification: what is run, and what came out. */
import type { InspectionScope } from './change.ts';
import type { Follower } from './line.ts';
import type { RepositoryPolicy } from './settings.ts';
import type { WorktreeInput } from './worktree.ts';

/** The worktree to set up, and the policy that says how. */
export interface RunSetupInput extends WorktreeInput {
  readonly policy: RepositoryPolicy;
  /** The activity that was scheduled for this first, when the host was too busy to go on with it. */
  readonly begun?: string;
}

/** The commit to verify, in a clean checkout. */
export interface VerifyInput extends RunSetupInput {
  readonly commitSha: string;
  /** The policy's name: what another one found is no evidence under it. */
  readonly policyHash?: string;
  /** A commit that holds this one and has evidence already: what was green there counts here. */
  readonly coveredBy?: { readonly epicId: string; readonly taskKey: string; readonly commitSha: string };
  /**
   * The commit is the base that nobody has worked on: what is known of it counts, red too, in whatever epic it was found,
   * since this time. Nobody's worktree is looked at.
   */
  readonly asBase?: { readonly since: string };
  /** What a green change is inspected for. */
  readonly inspects?: InspectionScope;
}

/** A check as it ended. */
export interface RanCheck {
  readonly name: string;
  readonly exitCode: number;
  /** The last lines of a red one. */
  readonly said?: string;
}

/** A change on top of others, merged as it will be in its turn. */
export interface Stacked extends Follower {
  /** It and all below it. */
  readonly commitSha: string;
  readonly treeSha: string;
}

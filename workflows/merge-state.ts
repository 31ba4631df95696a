/** What people and the forge have said of a merge, as plain data that outlives a run. Pure. */
import { change, type Seen } from './read-only-state.ts';

export interface MergeFields {
  /** The diff that a person approved: any other is asked about again. */
  approvedDiff?: string;
  /** The head whose merge conflicted although it held the base that was looked at. */
  refusedHead?: string;
  /** Merges in a row that were refused because the base had moved. */
  refusals?: number;
}
export type MergeMemory = Seen<MergeFields>;

export const noteApprovedDiff = (memory: MergeMemory, approvedDiff: string): void =>
  change<MergeFields>(memory, { approvedDiff });

/** The approval was for what another policy let through. */
export const dropApproval = (memory: MergeMemory): void => change<MergeFields>(memory, { approvedDiff: undefined });

/** The merge of this head was refused because of its base. Returns how often in a row that has happened. */
export function noteRefusal(memory: MergeMemory, refusedHead: string): number {
  const refusals = (memory.refusals ?? 0) + 1;
  change<MergeFields>(memory, { refusedHead, refusals });
  return refusals;
}

/** A person is asked, and refusals count from one again. */
export const forgetRefusals = (memory: MergeMemory): void => change<MergeFields>(memory, { refusals: undefined });

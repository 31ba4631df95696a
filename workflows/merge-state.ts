/** What people and the forge have said of a merge, as plain data that outlives a run. Pure. */
import { change, type Seen } from './owned.ts';

export interface MergeFields {
  /** The diff that a person approved: any other is asked about again. */
  approvedDiff?: string;
  /** The head whose merge conflicted although it held the base that was looked at. */
  refusedHead?: string;
}
export type MergeMemory = Seen<MergeFields>;

export const noteApprovedDiff = (memory: MergeMemory, approvedDiff: string): void =>
  change<MergeFields>(memory, { approvedDiff });

/** The approval was for what another policy let through. */
export const dropApproval = (memory: MergeMemory): void => change<MergeFields>(memory, { approvedDiff: undefined });

export const noteRefusedHead = (memory: MergeMemory, refusedHead: string): void =>
  change<MergeFields>(memory, { refusedHead });

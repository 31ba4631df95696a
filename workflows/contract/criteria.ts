/** What a review found about each acceptance criterion of its task. */
import { z } from 'zod';

export const CriterionVerdict = z.enum(['met', 'not_met', 'not_checkable']);
export type CriterionVerdict = z.infer<typeof CriterionVerdict>;

/** As a reviewer hands it in. */
export const JudgedCriterion = z.object({
  /** Its number, or its text. */
  criterion: z.union([z.number().int().positive(), z.string().trim().min(1).max(1_100)]),
  verdict: CriterionVerdict,
  /** The command that was run, or the place that was looked at as `path:line`. */
  how: z.string().trim().max(500).optional(),
  note: z.string().trim().max(1_000).optional(),
});
export type JudgedCriterion = z.infer<typeof JudgedCriterion>;

/** Accepted: the criterion is named by its number, counted from 1. */
export type CriterionFinding = Omit<JudgedCriterion, 'criterion'> & { readonly criterion: number };

/**
 * How far a finding is borne out by what its reviewer did: `ran` the command, `read` the place, or only `said` so.
 */
export const CriterionProof = z.enum(['ran', 'read', 'said']);
export type CriterionProof = z.infer<typeof CriterionProof>;

/** `path:line` or `path:line-line`, and nothing else. */
export const PATH_AND_LINE = /^([^\s:`]+):(\d+)(?:-\d+)?$/;

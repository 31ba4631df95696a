/** Another factory.yaml than the one that an epic began with, which a person adopted for it. */
import { z } from 'zod';

export const Adoption = z.object({
  policyHash: z.string(),
  /** The commit of the base branch that it was read from. */
  baseSha: z.string(),
  by: z.string(),
  at: z.string(),
  /** The keys that differ from the policy before, old → new. */
  changes: z.array(z.string()),
  /** What it protects less than the policy that the epic began with. */
  weaker: z.array(z.string()),
});
export type Adoption = z.infer<typeof Adoption>;

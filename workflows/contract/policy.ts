/** factory.yaml of the base branch as it is by now, against the one that is pinned for an epic. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';
import { Adoption } from './adoption.ts';
import { RepositoryPolicy } from './settings.ts';

export type PolicyNews =
  | { readonly kind: 'same'; readonly baseSha: string }
  /** It is not valid; the words name file and key. */
  | { readonly kind: 'broken'; readonly reason: string }
  | {
      readonly kind: 'differs';
      readonly baseSha: string;
      readonly policy: RepositoryPolicy;
      readonly policyHash: string;
      /** Tasks at once under it. */
      readonly concurrency: number;
      /** The keys that differ, old → new. */
      readonly changes: readonly string[];
      /** What it protects less than the pinned one, and than the one that the epic began with. */
      readonly weaker: readonly string[];
      readonly weakerThanFirst: readonly string[];
    };

/** From the epic to its tasks, and from a task to its agent: it holds from now on. Idempotent by the time of its adoption. */
export const AdoptedPolicy = z.object({
  policy: RepositoryPolicy,
  policyHash: z.string(),
  concurrency: z.number().int(),
  adoption: Adoption,
});
export type AdoptedPolicy = z.infer<typeof AdoptedPolicy>;
export const policyAdoptedSignal = defineSignal<[unknown?]>('policyAdopted');

/** Keeps as evidence what a review found about each acceptance criterion. */
import type { Database } from '../../db/connection.ts';
import { readReviewerWork } from '../../db/reads/reviewer-work.ts';
import { writeCriteria } from '../../db/writes/criteria.ts';
import type { CriterionFinding } from '../../workflows/contract/criteria.ts';
import { prove } from './prove.ts';

export interface RecordCriteriaInput {
  readonly epicId: string;
  readonly taskKey: string;
  readonly commitSha: string;
  readonly treeSha: string;
  /** Names the wish for the reviewer, by which its transcript is found. */
  readonly openedBy: string;
  readonly findings: readonly (CriterionFinding & { readonly text: string })[];
}

export function createCriteriaActivities({ db }: { readonly db: Database }) {
  return {
    /**
     * Keeps what a review found about each criterion of a commit, with how far the reviewer's transcript bears it out.
     * Idempotent: by (commit, criterion), and the same findings again change nothing but when they were written.
     * Fails: only when PostgreSQL is away (retried).
     * Runs on: factory.
     */
    async recordCriteria({ findings, openedBy, ...of }: RecordCriteriaInput): Promise<void> {
      const { epicId, taskKey } = of;
      const work = await readReviewerWork(db, { epicId, taskKey, openedBy });
      const rows = findings.map(({ how = '', note = '', ...one }) => ({ ...one, how, note, ...prove(how, work) }));
      await writeCriteria(db, { ...of, reviewer: work?.agentId ?? null }, rows);
    },
  };
}

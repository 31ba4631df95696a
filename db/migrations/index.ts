/** Every migration in order; a new one is added at the end and never edited after it landed. There was no 0008. */
import type { Migration } from 'kysely/migration';
import * as projection from './0001-projection.ts';
import * as truth from './0002-truth.ts';
import * as forge from './0003-forge.ts';
import * as notify from './0004-notify.ts';
import * as requestBase from './0005-request-base.ts';
import * as rewind from './0006-rewind.ts';
import * as sandbox from './0007-sandbox.ts';
import * as github from './0009-github.ts';
import * as tracker from './0010-tracker.ts';
import * as swept from './0011-swept.ts';
import * as messages from './0012-messages.ts';
import * as slotWaits from './0016-slot-waits.ts';
import * as hosts from './0017-hosts.ts';
import * as evidenceOfSeveral from './0018-evidence-of-several.ts';
import * as cleanEvidence from './0019-clean-evidence.ts';
import * as githubRepositories from './0021-github-repositories.ts';
import * as adoptedPolicies from './0022-adopted-policies.ts';
import * as testRuns from './0023-test-runs.ts';
import * as changes from './0024-changes.ts';
import * as reads from './0025-reads.ts';
import * as drafts from './0026-drafts.ts';
import * as rounds from './0027-rounds.ts';
import * as evidenceRecorded from './0028-evidence-recorded.ts';
import * as mail from './0031-mail.ts';
import * as factoryPause from './0033-factory-pause.ts';
import * as taskFiles from './0035-task-files.ts';
import * as planRevisions from './0036-plan-revisions.ts';
import * as judgedCriteria from './0037-judged-criteria.ts';
import * as budgets from './0039-budgets.ts';
import * as overloads from './0040-overloads.ts';
import * as plannedCaps from './0041-planned-caps.ts';
import * as earlyCaps from './0042-early-caps.ts';
import * as placementOrder from './0043-placement-order.ts';

export const migrations: Record<string, Migration> = {
  '0001-projection': projection,
  '0002-truth': truth,
  '0003-forge': forge,
  '0004-notify': notify,
  '0005-request-base': requestBase,
  '0006-rewind': rewind,
  '0007-sandbox': sandbox,
  '0009-github': github,
  '0010-tracker': tracker,
  '0011-swept': swept,
  '0012-messages': messages,
  '0016-slot-waits': slotWaits,
  '0017-hosts': hosts,
  '0018-evidence-of-several': evidenceOfSeveral,
  '0019-clean-evidence': cleanEvidence,
  '0021-github-repositories': githubRepositories,
  '0022-adopted-policies': adoptedPolicies,
  '0023-test-runs': testRuns,
  '0024-changes': changes,
  '0025-reads': reads,
  '0026-drafts': drafts,
  '0027-rounds': rounds,
  '0028-evidence-recorded': evidenceRecorded,
  '0031-mail': mail,
  '0033-factory-pause': factoryPause,
  '0035-task-files': taskFiles,
  '0036-plan-revisions': planRevisions,
  '0037-judged-criteria': judgedCriteria,
  '0039-budgets': budgets,
  '0040-overloads': overloads,
  '0041-planned-caps': plannedCaps,
  '0042-early-caps': earlyCaps,
  '0043-placement-order': placementOrder,
};

/** Stories that need no stack of their own. */
import { after, before } from 'node:test';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { BUDGET_EPIC, budgetTests } from './budget.ts';
import { PROTECT_EPIC, protectTests } from './protect.ts';
import { REWIND_EPIC, rewindTests } from './rewind.ts';
import { SHARED_FILES, type SharedStack } from './shared-stack.ts';
import { threeWaysTests } from './three-ways.ts';

const model: SharedStack['model'] = {
  scenario: Scenario.parse({ epics: [REWIND_EPIC, PROTECT_EPIC, BUDGET_EPIC] }),
  exactBound: false,
};
let started: Factory | undefined;
before(async () => {
  started = await startFactory({ model, files: SHARED_FILES });
});
after(() => started?.end());

const stack: SharedStack = {
  model,
  get factory() {
    if (started === undefined) throw new Error('The stack has not started');
    return started;
  },
};
threeWaysTests(stack);
rewindTests(stack);
protectTests(stack);
budgetTests(stack);

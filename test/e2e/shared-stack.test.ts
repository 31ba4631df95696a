/** Stories that need no stack of their own. */
import { after, before } from 'node:test';
import { Scenario } from '../../local/model/scenario.ts';
import { type Factory, startFactory } from '../support/factory.ts';
import { HARMED_EPIC, harmedCommandTests } from './harmed-commands.ts';
import { PROTECT_EPIC, protectTests } from './protect.ts';
import { SHARED_FILES, type SharedStack } from './shared-stack.ts';
import { threeWaysTests } from './three-ways.ts';

const scenario = Scenario.parse({ epics: [PROTECT_EPIC, HARMED_EPIC] });
let started: Factory | undefined;
before(async () => {
  started = await startFactory({ model: { scenario }, files: SHARED_FILES });
});
after(() => started?.end());

const stack: SharedStack = {
  get factory() {
    if (started === undefined) throw new Error('The stack has not started');
    return started;
  },
};
threeWaysTests(stack);
protectTests(stack);
harmedCommandTests(stack);

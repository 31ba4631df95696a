/** What stories get that are told one after the other on one stack: to start one for each takes ten seconds of CPU. */
import type { Factory } from '../support/factory.ts';
import type { Files } from '../support/git.ts';

export interface SharedStack {
  /** There once the first test runs. */
  readonly factory: Factory;
}

/** What its base branch begins with. */
export const SHARED_FILES: Files = {
  'factory.yaml': 'verify: test -f README.md\n',
  'README.md': '# Work\n',
  'test/add.js': "test('adds', () => assert(add()));\n",
};

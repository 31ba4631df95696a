/** The names of findings that stand in evidence beside the checks of factory.yaml, and the words that mark one. */

/** In place of the checks: the Worker's worktree holds more than the commit. */
export const CLEAN_CHECK = 'worktree';

/** In place of the checks: a clean checkout of the commit cannot be set up. */
export const SETUP_CHECK = 'setup of factory.yaml';

/** The last line of the evidence of a check that ran no test. */
export const NO_TEST_NOTE = 'No test was run.';

/** Stands in the place of a check's name where a change weakens tests. */
export const TESTS_CHECK = 'tests kept';

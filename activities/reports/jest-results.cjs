/** Writes the results of a Jest run as lines of JSON into FACTORY_TEST_REPORTS, and hands them on as they are. */
const { appendFileSync } = require('node:fs');
const { join } = require('node:path');

const OUTCOMES = {
  passed: 'pass',
  failed: 'fail',
  pending: 'skipped',
  skipped: 'skipped',
  disabled: 'skipped',
  todo: 'todo',
};

module.exports = function results(all) {
  try {
    // biome-ignore lint/style/noProcessEnv: runs in the repository's own Node, without the rest of the factory
    const file = join(process.env.FACTORY_TEST_REPORTS, `jest-${process.pid}.jsonl`);
    const lines = all.testResults.flatMap(({ testFilePath, testResults }) =>
      testResults.map(({ ancestorTitles: suite, title: name, status }) =>
        JSON.stringify({ name, suite, outcome: OUTCOMES[status], file: testFilePath }),
      ),
    );
    appendFileSync(file, lines.map((line) => `${line}\n`).join(''));
  } catch {
    // The tests do not depend on it.
  }
  return all;
};

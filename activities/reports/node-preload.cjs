/** Loaded by each Node process of a check: has Jest call jest-results.cjs, unless it has a processor of its own. Nothing else. */
const { readFileSync } = require('node:fs');
const { join } = require('node:path');

const OPTION = 'testResultsProcessor';
const CONFIGURATIONS = ['package.json', ...['js', 'cjs', 'mjs', 'ts', 'json'].map((end) => `jest.config.${end}`)];

const isJest = /[/\\](?:jest|jest-cli)[/\\]bin[/\\]jest(?:\.js)?$|[/\\]\.bin[/\\]jest$/.test(process.argv[1] ?? '');
if (isJest && !process.argv.some((word) => word.includes(OPTION)) && !CONFIGURATIONS.some(hasProcessor)) {
  process.argv.splice(2, 0, `--${OPTION}=${join(__dirname, 'jest-results.cjs')}`);
}

function hasProcessor(name) {
  try {
    return readFileSync(name, 'utf8').includes(OPTION);
  } catch {
    return false;
  }
}

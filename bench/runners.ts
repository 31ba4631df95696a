/** How each runner is read without configuration, for the table of docs/agents.md. */

export interface RunnerFacts {
  /** A name of runner-samples.ts, where it is tried with the real runner. */
  readonly runner: string;
  readonly made: string;
  readonly seen: string;
}

const EACH = 'each test by its id';

export const TRIED: readonly RunnerFacts[] = [
  {
    runner: 'pytest',
    made: '`PYTEST_ADDOPTS=--junitxml=…`, unless a file of the root or the command names a JUnit file itself',
    seen: `${EACH}; of several runs in one command the last`,
  },
  { runner: 'unittest', made: 'what it prints', seen: 'how many ran and were skipped' },
  { runner: 'unittest -v', made: 'what it prints; Django’s `test -v 2` too', seen: EACH },
  {
    runner: 'go test',
    made: '`GOFLAGS=-v`, and what it prints (`-json` there would change what `go vet` does)',
    seen: EACH,
  },
  {
    runner: 'node:test',
    made: '`NODE_OPTIONS=--test-reporter=…` of the factory’s, which prints as Node’s own does; where the command or a file of the root calls `node` or speaks of `node:test`, and names no reporter',
    seen: `${EACH}, with its file; a file of which no test ran is none`,
  },
  {
    runner: 'Jest',
    made: '`NODE_OPTIONS=--require=…`, by which its `jest` command calls a results processor of the factory’s unless it has one; else what it prints',
    seen: `${EACH}, with its file; else how many ran`,
  },
  { runner: 'Vitest', made: 'what it prints', seen: 'how many ran and were skipped, file by file' },
  { runner: 'Mocha', made: 'what its `spec` reporter prints', seen: `${EACH}, without its file` },
  { runner: 'cargo', made: 'what it prints', seen: `${EACH}, unless \`--quiet\` is given` },
  { runner: 'Maven', made: '`**/target/*-reports/*.xml`, which Surefire and Failsafe write', seen: EACH },
  { runner: 'PHPUnit', made: 'what it prints', seen: 'how many ran and were skipped' },
  { runner: 'RSpec', made: '`SPEC_OPTS=--require …`, a hook that adds no formatter', seen: `${EACH}, with its file` },
];

/** Written by their documentation, and not tried. */
export const UNTRIED: readonly RunnerFacts[] = [
  {
    runner: 'Gradle',
    made: '`**/build/test-results/**/*.xml`, which it writes',
    seen: `${EACH}; only when the tests run again, not from its cache`,
  },
  { runner: 'cargo nextest', made: 'what it prints', seen: EACH },
  { runner: 'TAP, such as tape’s', made: 'what it prints after `TAP version`', seen: EACH },
  { runner: 'minitest', made: 'what it prints', seen: 'how many ran and were skipped' },
  {
    runner: 'dotnet',
    made: 'nothing: `report: trx`, `path: "**/*.trx"` with `--logger trx` in the command',
    seen: EACH,
  },
  { runner: 'others', made: 'nothing: `report: junit` or `tap` where they can write one', seen: EACH },
];

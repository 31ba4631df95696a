/** Variables by which the usual runners report without being asked to by the repository. What they do stays the same. */
import { join } from 'node:path';

const tool = (name: string): string => join(import.meta.dirname, name);

/** Files of the factory that commands must be able to read. */
export const REPORT_TOOLS: readonly string[] = [
  'node-reporter.mjs',
  'node-preload.cjs',
  'jest-results.cjs',
  'rspec-reporter.rb',
].map(tool);

/** The command and the texts of the files that say how its runners are called. */
export interface ReportingInput {
  readonly folder: string;
  readonly command: string;
  readonly configuration: string;
}

/**
 * Leaves out a variable whose option is given already, and one that the texts name: they may set it only where it is not
 * set. A variable of factory.yaml's or the command's own wins.
 */
export function reportVariables({ folder, command, configuration }: ReportingInput): Record<string, string> {
  const texts = `${command}\n${configuration}`;
  const calls = (pattern: RegExp) => pattern.test(texts);
  const node = [
    ...(calls(/\bjest\b/) ? [`--require=${quoted(tool('node-preload.cjs'))}`] : []),
    ...(calls(/--test\b|node:test|\bnode\s+[\w./-]/) && !texts.includes('--test-reporter')
      ? [`--test-reporter=${quoted(tool('node-reporter.mjs'))}`]
      : []),
  ];
  const variables = {
    ...(node.length === 0 ? {} : { NODE_OPTIONS: node.join(' ') }),
    // Only more output; `-json` would change what `go vet` and `go build` do.
    ...(calls(/\bgo\b/) ? { GOFLAGS: '-v' } : {}),
    ...(calls(/\brspec\b|\brake\b/) ? { SPEC_OPTS: `--require ${escaped(tool('rspec-reporter.rb'))}` } : {}),
    ...(calls(/junit/i) ? {} : { PYTEST_ADDOPTS: `--junitxml=${escaped(join(folder, 'pytest.xml'))}` }),
  };
  const unnamed = Object.entries(variables).filter(([name]) => !new RegExp(`\\b${name}\\b`).test(texts));
  return { FACTORY_TEST_REPORTS: folder, ...Object.fromEntries(unnamed) };
}

/** Where repositories say how their runners are called, in the root. */
export const CONFIGURATION_FILES: readonly string[] = [
  ...['package.json', 'pytest.ini', 'pyproject.toml', 'setup.cfg', 'tox.ini', 'conftest.py', 'Makefile', 'justfile'],
  ...['go.mod', '.rspec', 'Rakefile'],
];

/** How runners refuse what a variable asks of them, or miss a file that it names. */
const REFUSALS: Readonly<Record<string, RegExp>> = {
  NODE_OPTIONS:
    /is not allowed in NODE_OPTIONS|bad option: --(?:test-reporter|require)|The argument '--test-reporter' must match|Cannot find (?:module|package) '[^'\n]*node-(?:reporter\.mjs|preload\.cjs)'/,
  GOFLAGS: /parsing \W?GOFLAGS|unknown flag -v\b|\(from \W?GOFLAGS/,
  SPEC_OPTS: /invalid option: .*SPEC_OPTS|cannot load such file -- \S*rspec-reporter/,
  PYTEST_ADDOPTS: /unrecognized arguments?:.*--junit-?xml/,
};

/** In the words of a red command: that it refused one of the variables that were `given`, and is to run without them. */
export const blamesVariables = (output: string, given: readonly string[]): boolean =>
  given.some((name) => REFUSALS[name]?.test(output));

/** As NODE_OPTIONS wants it. */
const quoted = (path: string): string => (path.includes(' ') ? `"${path}"` : path);
/** As a shell's words are split. */
const escaped = (path: string): string => path.replace(/[^\w@%+=:,./-]/g, '\\$&');

/** AGENTS.md and CLAUDE.md as people have them, and set-up that installs hooks. */
import { symlink } from 'node:fs/promises';
import { join } from 'node:path';
import { round, type Situation, verdict } from './situation.ts';

const FILES = { 'README.md': '# Work\n', 'factory.yaml': 'verify: test -f README.md\n' };
const work = { implement: [round('echo 1 > n.txt')], review: [[verdict('approve')]] };

export const instructions: readonly Situation[] = [
  {
    name: 'linked-agents',
    what: 'AGENTS.md is a link to a file in the repository',
    happens: 'The link is followed: the agents are told what it says.',
    files: { ...FILES, 'docs/agents.md': 'Greet in Latin.\n' },
    isCheckedOut: true,
    async prepare(repository) {
      await symlink('docs/agents.md', join(repository.path, 'AGENTS.md'));
      await repository.commit('Link the instructions');
    },
    tasks: { n: work },
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
    tells: ['Greet in Latin.'],
  },
  {
    name: 'claude-imports',
    what: 'CLAUDE.md imports files by `@path`, one of them outside of the repository',
    happens: 'Those of the repository are told, with what they import; the other is a word like any.',
    files: {
      ...FILES,
      'CLAUDE.md': 'Read @docs/style.md and @../outside.md\n',
      'docs/style.md': 'Tabs, and see @more.md\n',
      'docs/more.md': 'No semicolons.\n',
    },
    tasks: { n: work },
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
    tells: ['Imported from docs/style.md', 'No semicolons.'],
  },
  {
    name: 'nested-agents',
    what: 'A folder has an AGENTS.md of its own, and the task changes it',
    happens: 'The agents are told where it lies; changing it waits for a person, wherever it lies.',
    files: { ...FILES, 'packages/a/AGENTS.md': 'Only here: snake case.\n' },
    tasks: { n: { ...work, implement: [round('echo "Whatever." > packages/a/AGENTS.md')] } },
    ends: 'COMPLETED',
    says: ['changes protected paths: modified packages/a/AGENTS.md'],
    tells: ['packages/a/AGENTS.md'],
  },
  {
    name: 'husky',
    what: 'Set-up installs git hooks as husky and lefthook do',
    happens: 'They are told not to (`HUSKY=0`, `LEFTHOOK=0`), and nothing runs at a commit.',
    files: {
      ...FILES,
      '.gitignore': 'hooks\n',
      'install.sh':
        'if [ "$HUSKY" = 0 ] && [ "$LEFTHOOK" = 0 ]; then echo "no hooks"; else echo "all hooks"; fi > hooks\n',
      'factory.yaml': 'setup: sh install.sh\nverify: cat hooks\n',
    },
    tasks: { n: work },
    ends: 'COMPLETED',
    says: ['verify: no hooks'],
    check: ({ clone }) => clone.git('cat-file', '-e', 'HEAD:n.txt'),
  },
];

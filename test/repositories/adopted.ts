/** factory.yaml cannot work as it is written: a person fixes it on the base branch and adopts that for the epic. */
import type { Files, Repository } from '../support/git.ts';
import { push } from '../support/local-forge.ts';
import { round, type Situation, verdict } from './situation.ts';

const README = { 'README.md': '# Work\n' };
const write = 'mkdir -p src && echo "export const n = 1;" > src/n.js';
const work = { implement: [round(write)], review: [[verdict('approve')], [verdict('approve')]] };

/** Names the file that the question says is weaker. */
export const adopts = ({ question }: { readonly question: string }) => {
  const [, answer] = /adopt with the answer (\w+)/.exec(question) ?? [];
  return { decision: 'adopt', ...(answer === undefined ? {} : { answer }) };
};

type Deed = NonNullable<Situation['deeds']>[number];

/** Done as soon as a question says that it could be adopted. */
export const fixBase = (act: Deed['act']): Deed => ({
  name: 'fix factory.yaml on the base branch',
  when: ({ requests }) => requests.some(({ options }) => options.includes('adopt')),
  act,
});

/** Somebody who pushes a fix as soon as something is asked, and then adopts it. */
function fixing(files: Files): Pick<Situation, 'prepare' | 'deeds' | 'answer'> {
  let source: Repository | undefined;
  let isFixed = false;
  return {
    prepare: async (repository) => {
      source = repository;
    },
    deeds: [
      fixBase(async () => {
        await push(source as Repository, 'main', files);
        isFixed = true;
      }),
    ],
    answer: ({ options, question }) => {
      if (options.includes('adopt')) return isFixed ? adopts({ question }) : undefined;
      return options.includes('approve') ? { decision: 'approve' } : undefined;
    },
  };
}

export const adopted: readonly Situation[] = [
  {
    name: 'fixed-gate',
    what: 'A check names a command that there is not, and somebody fixes factory.yaml on the base branch',
    happens: 'The question takes `adopt`: all tasks are verified by the fixed file, and the merge question says so.',
    files: { ...README, 'factory.yaml': 'verify: no-such-linter src\n' },
    tasks: { n: work, m: { ...work, implement: [round('echo 1 > m.txt')] } },
    ...fixing({ 'factory.yaml': 'verify: test -f README.md\n' }),
    ends: 'COMPLETED',
    says: [
      'with 127 on the base (there is no such command)',
      'If factory.yaml is to blame, fix it on main, then choose adopt: this epic uses it from then on.',
      'verify.verify: no-such-linter src → test -f README.md',
      'the suite adopted factory.yaml of main at',
    ],
  },
  {
    name: 'fixed-set-up',
    what: 'The set-up command cannot work, and somebody fixes it on the base branch',
    happens: 'The failed task starts again under the adopted file, and its set-up runs.',
    files: { ...README, 'factory.yaml': 'setup: no-such-installer\nverify: test -f made\n', '.gitignore': 'made\n' },
    tasks: { n: work },
    ...fixing({ 'factory.yaml': 'setup: touch made\nverify: test -f made\n' }),
    ends: 'COMPLETED',
    says: ['The set-up command ended with 127', 'setup.run: no-such-installer → touch made'],
  },
  {
    name: 'weaker-policy',
    what: 'The factory.yaml that is to be adopted protects less than the one before',
    happens:
      'The first `adopt` is answered with what it protects less; one that names that file counts, and the merge question says it.',
    files: { ...README, 'factory.yaml': 'verify: no-such-linter\nprotectedPaths: [README.md]\n' },
    tasks: { n: work },
    ...fixing({ 'factory.yaml': 'verify: test -f README.md\nprotectedPaths: [factory.yaml]\n' }),
    ends: 'COMPLETED',
    says: [
      'It protects less: no longer protected: README.md.',
      'It protects less than the one before: no longer protected: README.md.',
    ],
  },
  {
    name: 'broken-fix',
    what: 'The factory.yaml that is to be adopted is not valid',
    happens: 'It is refused with its mistake, and the question stays open.',
    files: { ...README, 'factory.yaml': 'verify: no-such-linter\n' },
    tasks: { n: work },
    ...fixing({ 'factory.yaml': 'verfy: test -f README.md\n' }),
    answer: ({ options, question }) =>
      options.includes('adopt') ? { decision: question.includes('cannot be adopted') ? 'cancel' : 'adopt' } : undefined,
    ends: 'CANCELLED',
    says: ['factory.yaml on main of broken-fix is not valid'],
  },
  {
    name: 'own-policy',
    what: 'A Worker changes factory.yaml on its own branch so that its check is green',
    happens: 'A person is asked before the push; what judges the work is never taken from a task.',
    files: { ...README, 'factory.yaml': 'verify: test -f src/n.js && grep -q 1 src/n.js\n' },
    tasks: { n: { ...work, implement: [round(`${write}; echo "verify: true" > factory.yaml`)] } },
    answer: ({ options, kind }) =>
      kind === 'protected-paths'
        ? { decision: 'cancel' }
        : options.includes('approve')
          ? { decision: 'approve' }
          : undefined,
    ends: 'CANCELLED',
    says: ['changes protected paths: modified factory.yaml'],
  },
];

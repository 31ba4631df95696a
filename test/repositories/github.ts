/** Checks of the forge that say nothing of the code, and a repository that moves: on the double of GitHub. */
import type { GitHub } from '../support/github/server.ts';
import { type CheckRun, isoNow, type RepositoryState } from '../support/github/state.ts';
import { push } from '../support/local-forge.ts';
import { adopts, fixBase } from './adopted.ts';
import { round, type Situation, verdict } from './situation.ts';

const README = { 'README.md': '# Work\n' };
const policy = (text: string) => ({ ...README, 'factory.yaml': `verify: test -f README.md\n${text}` });
const tasks = { n: { implement: [round('echo 1 > n.txt')], review: [[verdict('approve')]] } };

/** Before anything was pushed. */
const EARLIER = '2026-01-02T03:04:05Z';

/** What CI says of a head of the factory's as soon as it is pushed. */
function judging(state: RepositoryState, ...runs: readonly Partial<CheckRun>[]): void {
  state.ci = async (branch, sha) => {
    if (!branch.startsWith('factory/')) return undefined;
    for (const run of runs) {
      const at = isoNow();
      state.checkRuns.push({
        ...{ id: state.nextId++, sha, name: 'build', app: 'github-actions', suite: 1, log: '' },
        ...{ status: 'completed', conclusion: 'success', startedAt: at, completedAt: at },
        ...run,
      });
    }
    return undefined;
  };
}

/** The repository of a situation, once it is there. */
function held(): { state?: RepositoryState; github?: GitHub; isDone?: boolean } {
  return {};
}
const rerun = held();
const missing = held();
const moving = held();
const running = ({ state }: typeof rerun) => state?.checkRuns.find(({ status }) => status === 'in_progress');

export const forgeChecks: readonly Situation[] = [
  {
    name: 'cancelled-beside-success',
    what: 'A check was cancelled, and a newer run of the same name and app succeeded',
    happens: 'It is green.',
    files: policy('checks: { required: [build] }\n'),
    gitHub: (state) =>
      judging(state, { conclusion: 'cancelled', startedAt: EARLIER, completedAt: EARLIER }, { suite: 2 }),
    tasks,
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
  },
  {
    name: 'cancelled-alone',
    what: 'The only run of a check was cancelled',
    happens: 'It is run again once, by itself, and nobody is asked.',
    files: policy('checks: { required: [build] }\n'),
    gitHub: (state) => {
      rerun.state = state;
      judging(state, { conclusion: 'cancelled' });
    },
    deeds: [
      {
        name: 'CI runs it',
        when: () => running(rerun) !== undefined,
        act: async () => {
          Object.assign(running(rerun) as CheckRun, {
            status: 'completed',
            conclusion: 'success',
            completedAt: isoNow(),
          });
        },
      },
    ],
    answer: ({ options }) => (options.includes('retry') ? { decision: 'cancel' } : { decision: 'approve' }),
    tasks,
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
    check: () => {
      if (rerun.state?.checkRuns.length !== 2) throw new Error(`${rerun.state?.checkRuns.length} runs`);
    },
  },
  {
    name: 'action-required',
    what: 'A check ended with `action_required`, and cannot be run again',
    happens: 'A person is asked, and the conclusion is named; no Worker is blamed.',
    files: policy('checks: { required: [scan] }\n'),
    gitHub: (state) => judging(state, { name: 'scan', app: 'scanner', conclusion: 'action_required' }),
    tasks,
    answer: ({ options }) => ({ decision: options.includes('merge') ? 'merge' : 'approve' }),
    ends: 'COMPLETED',
    says: ['these checks ended without a verdict: scan (action_required)'],
    check: ({ told }) => {
      if (told.some((text) => text.includes('kind=\\"checks\\"'))) throw new Error('a Worker was blamed');
    },
  },
  {
    name: 'never-begun',
    what: 'Required checks never begin on the factory’s pull requests',
    happens:
      'One question for the epic names them and the remedy; `adopt` takes the factory.yaml in which they are not required.',
    files: policy('checks: { required: [deploy], timeoutMinutes: 0.05 }\n'),
    gitHub: (state) => {
      missing.state = state;
    },
    deeds: [
      fixBase(async () => {
        await push((missing.state as RepositoryState).git, 'main', policy(''));
        missing.isDone = true;
      }),
    ],
    answer: ({ options, question }) => {
      if (options.includes('adopt')) return missing.isDone === true ? adopts({ question }) : undefined;
      return options.includes('approve') ? { decision: 'approve' } : undefined;
    },
    tasks: { n: tasks.n, m: { implement: [round('echo 2 > m.txt')], review: [[verdict('approve')]] } },
    ends: 'COMPLETED',
    says: [
      'nobody has begun these: deploy',
      'let the `branches` of their workflow include factory/**',
      'It protects less: no longer required of the forge: deploy.',
    ],
  },
  {
    name: 'moved',
    what: 'The repository is renamed while an epic waits for approval',
    happens: 'The new name is looked up and adopted, and the epic goes on there.',
    files: policy(''),
    gitHub: (_, github) => {
      moving.github = github;
    },
    deeds: [
      {
        name: 'rename the repository',
        when: ({ requests }) => requests.some(({ options }) => options.includes('approve')),
        act: async () => {
          await moving.github?.rename('acme/moved', 'acme/moved-on');
          moving.isDone = true;
        },
      },
    ],
    answer: ({ options }) =>
      moving.isDone === true && options.includes('approve') ? { decision: 'approve' } : undefined,
    tasks,
    ends: 'COMPLETED',
    says: ['epic COMPLETED'],
  },
];

/** The fault suite: `npm run test:faults`; see HELP. */
import { parseArgs } from 'node:util';
import { loadConfig } from '../../config/config.ts';
import { bundleWorkflows } from '../../worker/bundle.ts';
import { cleanEnvironment } from '../runner/environment.ts';
import { allCases, type Case, casesOf, registeredActivities } from './cases.ts';
import { closingJobs } from './closings.ts';
import type { Job, Result } from './job.ts';
import { type KeptResults, openKeptResults } from './kept-results.ts';
import { baselineJobs, killJob, killJobs, runsOf } from './kill-jobs.ts';
import { runMail } from './mail.ts';
import { runMessages } from './messages.ts';
import { outageJobs } from './outages.ts';
import { type PoolOptions, runJobs } from './pool.ts';
import { createRandom } from './random.ts';
import { NOT_REACHED } from './run-epics.ts';
import { runSequences } from './sequences.ts';
import { runStorm } from './storm.ts';
import { writeTable } from './table.ts';
import { withTestServers } from './test-servers.ts';

const HELP = `Kills the factory at every place and asks whether its promises hold.

  npm run test:faults                   one case of each activity, by the seed, and every other fault
  npm run test:faults -- --all          every activity × before/after × first/middle/last, once in
                                        its midst, and every other fault;
                                        writes the table in docs/reliability.md
  npm run test:faults -- --all --resume goes on with one that was interrupted, on the same commit
  npm run test:faults -- --only CASE    one case, or several with commas: takeTurn:after:middle, kill:postgres, reset:task
  npm run test:faults -- --storm        three epics of six tasks at once, the worker process killed every 5 to 15 seconds
  npm run test:faults -- --mail         two hundred mails among agents and a person, the worker process killed ten times
  npm run test:faults -- --messages     every message × what its execution is at × what happens to the worker process,
                                        then the replay of all histories; --only PART,… for some
                                        ("update pause", "killed before")
  npm run test:faults -- --sequences N  N random sequences of messages, kills and lost caches, replayed and ended
  --seed N    what chance decides (printed at the start)      --lanes N   stacks side by side (3)
  --list      names of all cases other than the activities'`;

const options = {
  all: { type: 'boolean' },
  resume: { type: 'boolean' },
  storm: { type: 'boolean' },
  mail: { type: 'boolean' },
  messages: { type: 'boolean' },
  sequences: { type: 'string' },
  only: { type: 'string' },
  seed: { type: 'string' },
  lanes: { type: 'string', default: '3' },
  list: { type: 'boolean' },
  help: { type: 'boolean' },
} as const;

const interrupted = new AbortController();
for (const signal of ['SIGINT', 'SIGTERM', 'SIGHUP'] as const) process.on(signal, () => interrupted.abort());

async function main(): Promise<number> {
  const { values } = parseArgs({ options });
  if (values.help) {
    console.log(HELP);
    return 0;
  }
  const others = [...outageJobs(), ...closingJobs()];
  if (values.list) {
    console.log(others.map(({ name }) => name).join('\n'));
    return 0;
  }
  cleanEnvironment();
  const kept = values.all
    ? await openKeptResults({ seed: seedOf(values), resumes: values.resume === true })
    : undefined;
  const seed = kept?.seed ?? seedOf(values);
  console.log(`Seed ${seed}. The same again: add --seed ${seed}`);
  const bundle = (await bundleWorkflows()).codePath;
  if (values.messages) {
    const only = values.only?.split(',');
    const options = {
      signal: interrupted.signal,
      lanes: Number(values.lanes),
      ...(only === undefined ? {} : { only }),
    };
    return (await withTestServers(bundle, () => runMessages(options))) === 0 ? 0 : 1;
  }
  if (values.sequences !== undefined) {
    const options = { count: Number(values.sequences), seed, signal: interrupted.signal };
    return (await withTestServers(bundle, () => runSequences(options))) === 0 ? 0 : 1;
  }
  if (values.storm) return (await runStorm({ bundle, seed, signal: interrupted.signal })) ? 0 : 1;
  if (values.mail) return (await runMail({ bundle, seed, signal: interrupted.signal })) ? 0 : 1;
  return await runCases({ bundle, others, kept, ...values, lanes: Number(values.lanes), seed });
}

const seedOf = ({ seed }: { readonly seed?: string | undefined }): number =>
  Number(seed ?? Math.floor(Math.random() * 1_000_000));

interface Selection {
  readonly bundle: string;
  readonly seed: number;
  readonly lanes: number;
  readonly others: readonly Job[];
  readonly kept: KeptResults | undefined;
  readonly all?: boolean;
  readonly only?: string;
}

async function runCases({ bundle, seed, lanes, others, kept, all, only }: Selection): Promise<number> {
  const activities = registeredActivities(loadConfig({}));
  const pool: PoolOptions = { bundle, lanes, signal: interrupted.signal, onResult: tell };
  const planned = { ...pool, kept };
  const wanted = only?.split(',').map((name) => name.trim());
  refuseUnknown(wanted, activities, others);
  const wantedOthers = others.filter(({ name }) => wanted?.includes(name) ?? true);
  const needsBaselines = wanted === undefined || wanted.length > wantedOthers.length;

  const baselines = needsBaselines ? await runJobs(baselineJobs, planned) : [];
  const runs = runsOf(baselines);
  const { cases, uncovered } = needsBaselines ? allCases(activities, runs) : { cases: [], uncovered: [] };
  const chosen = choose(cases, { all: all === true, wanted, seed });

  const results = await runJobs([...wantedOthers, ...killJobs(chosen, runs, seed)], planned);
  // What shared a run is told apart by running each alone.
  const shared = results.filter(({ job, outcome }) => outcome.violations.length > 0 && job.cases.length > 1);
  const alone = shared.flatMap(({ job }) => cases.filter(({ name }) => job.cases.includes(name)));
  const again = await runJobs(
    alone.map((one) => killJob(one.name, [one], runs, seed)),
    pool,
  );

  // How often an activity runs varies, as what got lost is asked again: the run that lacked a place counts it again.
  const missed = new Map<Result, Case>();
  for (const result of [...results, ...again]) {
    const [name, ...others] = result.job.cases;
    const one = cases.find((each) => each.name === name);
    if (one !== undefined && others.length === 0 && isOnlyMissed(result)) missed.set(result, one);
  }
  const recounted = await runJobs(
    [...missed].map(([{ outcome }, one]) =>
      killJob(one.name, [one], new Map([...runs, [one.scenario, outcome.runs]]), seed),
    ),
    pool,
  );

  const decided = [...results, ...again].filter((result) => !missed.has(result));
  const every = [...baselines, ...decided, ...recounted];
  if (interrupted.signal.aborted) {
    console.log(`\nInterrupted.${all ? ' To go on with it: npm run test:faults -- --all --resume' : ''}`);
    return 1;
  }
  // Those of an interrupted run count too.
  const seconds = every.reduce((sum, result) => sum + result.seconds, 0) / lanes;
  if (all) writeTable({ results: every, activities, seed, seconds, lanes });
  const missing = only === undefined ? uncovered.map((name) => `✖ no scenario runs the activity ${name}`) : [];
  for (const line of missing) console.log(line);
  const bad = every.filter((result) => isBad(result));
  const counted = every.reduce((sum, { job }) => sum + job.cases.length, 0);
  console.log(`\n${counted} cases in ${(seconds / 60).toFixed(1)} minutes, ${bad.length} runs with violations`);
  for (const { job } of bad)
    console.log(`✖ ${job.name}: npm run test:faults -- --seed ${seed} --only ${job.cases.join(',')}`);
  return bad.length + missing.length > 0 ? 1 : 0;
}

/** Where kills that shared a run kept each other from being reached, the runs of each alone decide. */
const isBad = (result: Result): boolean =>
  result.outcome.violations.length > 0 && !(result.job.cases.length > 1 && isOnlyMissed(result));

const isOnlyMissed = ({ outcome: { violations } }: Result): boolean =>
  violations.length > 0 && violations.every((line) => line.endsWith(NOT_REACHED));

/** Before anything runs. An activity that no scenario runs is told later, as uncovered. */
function refuseUnknown(wanted: readonly string[] = [], activities: readonly string[], others: readonly Job[]): void {
  const known = new Set([...activities.flatMap(casesOf), ...others.map(({ name }) => name)]);
  const unknown = wanted.filter((name) => !known.has(name));
  if (unknown.length === 0) return;
  const names = unknown.map((name) => `"${name}"`).join(', ');
  throw new Error(`There is no case ${names}; see --help and --list`);
}

/** All; those that were named; or one of each activity. */
function choose(
  cases: readonly Case[],
  { all, wanted, seed }: { all: boolean; wanted: string[] | undefined; seed: number },
) {
  if (all) return cases;
  if (wanted !== undefined) return cases.filter(({ name }) => wanted.includes(name));
  const random = createRandom(seed);
  return [...Map.groupBy(cases, ({ activity }) => activity).values()].flatMap(
    (own) => own[Math.floor(random() * own.length)] ?? [],
  );
}

function tell(
  { job, outcome, seconds }: Result,
  { done, of, secondsLeft }: Parameters<PoolOptions['onResult']>[1],
): void {
  const deaths = outcome.deaths.length > 0 ? `, ${outcome.deaths.length} kills` : '';
  const mark = outcome.skipped !== undefined ? '– skipped:' : outcome.violations.length === 0 ? '✓' : '✖';
  console.log(
    `${mark} ${job.name}${deaths}, ${seconds.toFixed(0)} s (${done} of ${of}, about ${Math.ceil(secondsLeft / 60)} min left)`,
  );
  if (outcome.skipped !== undefined) console.log(`    ${outcome.skipped}`);
  for (const violation of outcome.violations.slice(0, 20)) console.log(`    ${violation}`);
}

// An explicit exit: whatever a library keeps open must not decide the exit code.
process.exit(
  await main().catch((error: unknown) => {
    console.error(error instanceof Error ? (error.stack ?? error.message) : error);
    return 1;
  }),
);

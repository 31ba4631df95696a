/** A sample of the cases for every test run: each activity dies once, many in one death, in as few epics as possible. */
import type { SuiteEpic } from './epic.ts';
import type { Kill } from './kill-plan.ts';
import { createRandom, type Random } from './random.ts';
import { pair, troubleEpics } from './scenarios.ts';

const PAIRS = ['pair-1-sample', 'pair-2-sample'];
/** Work that goes on side by side: who waits for its death in one holds up nobody in another. */
const TASKS = PAIRS.flatMap((id) => [`${id}.one`, `${id}.two`]);

/** Where an activity that not every task runs is to die; undefined where it belongs to no epic. */
const PLACES: Readonly<Record<string, readonly (string | undefined)[]>> = {
  recordEpic: PAIRS,
  recordTask: ['trouble-sample.guarded-1'],
  recordAgent: ['trouble-sample.back-1'],
  receiveMessage: PAIRS,
  ensureEpicBranch: PAIRS,
  updateBase: PAIRS,
  deliverResult: PAIRS,
  edit: PAIRS.map((id) => `${id}.two`),
  sendMail: PAIRS.map((id) => `${id}.one`),
  lookForMail: PAIRS.map((id) => `${id}.one`),
  lookForOrchestratorMail: PAIRS,
  setBudget: ['trouble-sample'],
  escalate: ['trouble-sample'],
  settleAgent: ['trouble-sample.lost-1'],
  showHead: ['trouble-sample.guarded-1'],
  // Only who waits for a person leaves its host for a while.
  releaseHost: ['trouble-sample.guarded-1'],
  endCommands: ['trouble-sample.guarded-1'],
  findRewind: ['trouble-sample'],
  rewindWorktree: ['trouble-sample.back-1'],
  // Only where the last call of a turn did not take it along.
  checkpoint: ['trouble-sample.back-1'],
  // Only of a review before a person is waited for.
  removeWorktree: ['hand-1-sample.only'],
  openTranscript: ['trouble-sample.back-1'],
  openTriage: ['trouble-sample'],
  findPullRequest: ['trouble-sample.lost-1'],
  requestCancel: ['dropped-1-sample'],
  releaseAdmission: ['dropped-1-sample'],
  requestAdmission: ['dropped-1-sample'],
  openEpic: ['dropped-1-sample'],
  listOpenEpics: [undefined],
  outlastPause: [undefined],
  readBasePolicy: [undefined],
  reconcile: [undefined],
  hostStatus: [undefined],
  // A merge gives the turn back by itself.
  leaveTurn: [undefined],
  takeOverEpicBranch: [undefined],
  readPullRequest: [undefined],
  answerFeedback: [undefined],
  readChecks: [undefined],
  rerunChecks: [undefined],
  compareBranch: ['hand-1-sample.only'],
  takeBranch: ['hand-1-sample.only'],
  closePullRequest: [undefined],
  takeIssue: [undefined],
  pollTracker: [undefined],
  pollForge: [undefined],
  readIssue: [undefined],
  tellIssue: [undefined],
  hearPeople: [undefined],
  takeBackUnheard: [undefined],
};

export const sampleEpics = (): SuiteEpic[] => [...troubleEpics('sample', 1), ...PAIRS.map(pair)];

/** One kill for each activity, before or after by the seed, spread over the tasks so that many die together. */
export function sampleKills(activities: readonly string[], seed: number): Kill[] {
  const random = createRandom(seed);
  let next = Math.floor(random() * TASKS.length);
  return activities.map((activity) => {
    const when = random() < 0.5 ? 'before' : 'after';
    const places = PLACES[activity];
    const of = places === undefined ? TASKS[next++ % TASKS.length] : oneOf(random, places);
    return { name: `${activity}:${when}`, activity, when, run: 1, ...(of === undefined ? {} : { of }) };
  });
}

const oneOf = <T>(random: Random, of: readonly T[]): T => of[Math.floor(random() * of.length)] as T;

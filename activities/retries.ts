/** Which errors of an activity are tried again without end, and which only for a while. */
import { CompleteAsyncError } from '@temporalio/activity';
import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import { ApplicationFailure, CancelledFailure } from '@temporalio/common';
import { PassingFailure, StubbornFailure } from '../clients/failures.ts';
import { isAway } from '../db/outages.ts';

/** How long an unknown failure is retried before a person is asked. */
export const UNKNOWN_FOR_MS = 5 * 60_000;

/**
 * Activities whose every failure is tried again without end, each with its reason (docs/reliability.md has the table).
 * Nobody could be asked about them, or the end of an execution would be lost with them.
 */
export const WITHOUT_END: Readonly<Record<string, string>> = {
  recordEpic: 'a question is shown by a record too, so nobody could be asked; only PostgreSQL can be away',
  recordTask: 'a question is shown by a record too, so nobody could be asked; only PostgreSQL can be away',
  recordAgent: 'a question is shown by a record too, so nobody could be asked; only PostgreSQL can be away',
  receiveMessage: 'only PostgreSQL is needed; what a person sent would not be applied',
  requestAdmission: 'only Temporal is needed, and without it nothing else works',
  releaseAdmission: 'only Temporal is needed; a place that is not given back is lost to all epics',
  askTurn: 'only Temporal is needed, and without it nothing else works',
  leaveTurn: 'only Temporal is needed; a turn that is not given back holds everyone behind it',
  escalate: 'only Temporal is needed; it leads to the question',
  listOpenEpics: 'the first act of the supervisor, without which no epic is admitted',
  requestCancel: 'only Temporal is needed; it is a person’s decision',
  releaseHost: 'only PostgreSQL is needed; a slot that is not given back is lost to all tasks',
  hostStatus: 'only PostgreSQL is needed; without it nobody knows whether a host is lost',
  settleAgent: 'only PostgreSQL is needed; a reservation that stays open takes from the budget',
  takeIssue: 'no epic waits for it, and the issue would be lost until it changes again',
  tellIssue: 'until its own time limit: a minute, then a week in an execution of its own',
  readIssue: 'until its own time limit of a minute',
};

/** A failure that is neither final nor known to pass: how it is recognised, and how long it is retried. */
export interface Doubt {
  /** Two failures with the same are one that lasts. */
  readonly about: string;
  readonly forMs: number;
}

/** Undefined for what is final, what is known to pass, and what is no failure of the work. */
export function doubtOf(error: unknown, activity: string, unknownForMs: number): Doubt | undefined {
  if (error instanceof CancelledFailure || error instanceof CompleteAsyncError) return undefined;
  if (Object.hasOwn(WITHOUT_END, activity)) return undefined;
  if (error instanceof ApplicationFailure) {
    if (error.nonRetryable === true || error instanceof PassingFailure) return undefined;
    if (error instanceof StubbornFailure) {
      return { about: error.about ?? withoutNumbers(error.message), forMs: error.forMs };
    }
  } else if (isAway(error) || isTemporalAway(error)) return undefined;
  // Whatever the words are, which may hold the name of a temporary file: nobody knows them.
  return { about: 'unknown', forMs: unknownForMs };
}

/** Times and ids of requests are other ones each time. */
const withoutNumbers = (words: string): string => words.replaceAll(/[0-9a-f-]*\d[0-9a-z-]*/gi, '#').slice(0, 500);

/** Temporal is asked by activities too. UNAVAILABLE and its likes pass; what it refuses does not. */
function isTemporalAway(error: unknown): boolean {
  const cause = error instanceof ServiceError ? error.cause : error;
  return isGrpcServiceError(cause) ? AWAY_CODES.has(cause.code) : error instanceof ServiceError;
}

/** CANCELLED, UNKNOWN, DEADLINE_EXCEEDED, RESOURCE_EXHAUSTED, ABORTED, INTERNAL, UNAVAILABLE. */
const AWAY_CODES: ReadonlySet<number> = new Set([1, 2, 4, 8, 10, 13, 14]);

/** The same failure, final: `triedForMs` tells the workflow that a person is to be asked. */
export function asQuestion(error: unknown, triedForMs: number): ApplicationFailure {
  const own = error instanceof ApplicationFailure ? error : undefined;
  const message = own?.message ?? (error instanceof Error ? `${error.name}: ${error.message}` : String(error));
  return ApplicationFailure.create({
    type: own?.type ?? 'Internal',
    message: `${message} (tried again for ${inWords(triedForMs)})`,
    nonRetryable: true,
    details: [...(own?.details ?? []), { triedForMs }],
    ...(error instanceof Error ? { cause: own?.cause ?? error } : {}),
  });
}

const inWords = (ms: number): string =>
  ms < 90_000 ? `${Math.ceil(ms / 1_000)} s` : `${Math.round(ms / 60_000)} minutes`;

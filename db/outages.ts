/** Which errors of PostgreSQL pass by themselves: it is away or busy, and the same statement may be tried again. */
import pg from 'pg';

/** Classes of SQLSTATE: connection, rolled back, out of resources, not ready, shut down or starting, system. */
const PASSING_CLASSES: ReadonlySet<string> = new Set(['08', '40', '53', '55', '57', '58']);
/** A server that is a copy now and may be the main one again. */
const READ_ONLY = '25006';

export function isPassing(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) {
    const code = error.code ?? '';
    return code === READ_ONLY || PASSING_CLASSES.has(code.slice(0, 2));
  }
  // A lost connection is a plain Error of the network or of node-postgres; the other classes are mistakes of ours.
  return error instanceof Error && !MISTAKES.some((mistake) => error instanceof mistake);
}

const MISTAKES = [TypeError, RangeError, SyntaxError, ReferenceError];

/**
 * Narrower, for activities, whose errors may come from anywhere: what PostgreSQL said, or a connection that broke or did
 * not come about.
 */
export function isAway(error: unknown): boolean {
  if (error instanceof pg.DatabaseError) return isPassing(error);
  if (!(error instanceof Error)) return false;
  if ('code' in error && AWAY.has(String(error.code))) return true;
  // A failed fetch says why in its cause.
  return LOST_CONNECTION.test(error.message) || isAway(error.cause);
}

const AWAY: ReadonlySet<string> = new Set([
  ...['ECONNREFUSED', 'ECONNRESET', 'ECONNABORTED', 'EPIPE', 'ETIMEDOUT', 'ENOTFOUND', 'EAI_AGAIN', 'EHOSTUNREACH'],
  ...['ENETUNREACH', 'ENETDOWN'],
]);
/** node-postgres gives these no code. */
const LOST_CONNECTION =
  /^Connection terminated|^timeout exceeded when trying to connect|connection error and is not queryable|after calling end on the pool/;

/** One shape for everything that goes wrong: {error: {code, message, details?}}. What is our fault says nothing inside. */
import { isGrpcServiceError, ServiceError } from '@temporalio/client';
import type { FastifyError, FastifyReply, FastifyRequest } from 'fastify';
import { hasZodFastifySchemaValidationErrors } from 'fastify-type-provider-zod';
import { FAILURES, type FailureName } from '../workflows/contract/failures.ts';

/** A refusal in words for the caller. */
export class ApiError extends Error {
  override readonly name = 'ApiError';
  readonly code: FailureName;
  readonly status: number;
  readonly details: unknown;
  constructor(code: FailureName, message: string, options: { status?: number; details?: unknown } = {}) {
    super(message);
    this.code = code;
    this.status = options.status ?? STATUS[code] ?? 409;
    this.details = options.details;
  }
}

/** What is not named here is a conflict with the state of things. */
const STATUS: Partial<Record<FailureName, number>> = {
  InvalidInput: 400,
  Unauthorized: 403,
  NotFound: 404,
  Internal: 500,
  Unavailable: 503,
};

export const isFailureName = (name: string): name is FailureName => Object.hasOwn(FAILURES, name);

export function answerError(error: FastifyError, request: FastifyRequest, reply: FastifyReply) {
  const refusal = asApiError(error);
  if (refusal.status >= 500) request.log.error({ err: error }, 'The request failed');
  const details = refusal.details === undefined ? {} : { details: refusal.details };
  return reply.code(refusal.status).send({ error: { code: refusal.code, message: refusal.message, ...details } });
}

export const noEpic = (id: string): ApiError =>
  new ApiError('NotFound', `There is no epic "${id}"; \`factory list\` names those that there are`);

export function answerNotFound(request: FastifyRequest): never {
  throw new ApiError(
    'NotFound',
    `There is no route ${request.method} ${request.url.split('?')[0]}; /docs lists all but the webhooks`,
  );
}

function asApiError(error: FastifyError): ApiError {
  if (error instanceof ApiError) return error;
  if (hasZodFastifySchemaValidationErrors(error)) return invalidInput(error.validation);
  if (error.statusCode !== undefined && error.statusCode >= 400 && error.statusCode < 500) {
    return new ApiError('InvalidInput', error.message, { status: error.statusCode });
  }
  if (isTemporalAway(error)) return new ApiError('Unavailable', 'Temporal does not answer; try again in a moment');
  if (isDatabaseAway(error)) return new ApiError('Unavailable', 'PostgreSQL does not answer; try again in a moment');
  return new ApiError(
    'Internal',
    'Something unexpected went wrong; the log of the API says more (STATE_DIR/logs/api.log under npm start)',
  );
}

/** Every field that does not fit, in the message too: most callers show only that. */
function invalidInput(problems: readonly { readonly instancePath: string; readonly message?: string }[]): ApiError {
  const details = problems.map(({ instancePath, message }) => ({
    field: instancePath.replace(/^\//, '').replaceAll('/', '.'),
    message: message ?? 'does not fit',
  }));
  const text = details.map(({ field, message }) => (field === '' ? message : `${field}: ${message}`)).join('; ');
  return new ApiError('InvalidInput', text, { details });
}

export const isTemporalAway = (error: unknown) =>
  error instanceof ServiceError ||
  isGrpcServiceError(error) ||
  (error instanceof Error && error.name === 'ServiceError');

/** Connection refused or lost (SQLSTATE class 08), or PostgreSQL shutting down or starting (57P). */
const isDatabaseAway = (error: { readonly code?: string; readonly message: string }) =>
  /^(08|57P|ECONN|EPIPE|ENOTFOUND|ETIMEDOUT)/.test(error.code ?? '') || DATABASE_LOST.has(error.message);

// node-postgres gives these no code.
const DATABASE_LOST = new Set([
  'timeout exceeded when trying to connect',
  'Connection terminated',
  'Connection terminated unexpectedly',
  'Connection terminated due to connection timeout',
]);

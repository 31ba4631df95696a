/** Takes what looks like a secret out of the failures of activities, before Temporal, a log or a person gets them. */
import { ApplicationFailure } from '@temporalio/common';
import type { ActivityInterceptorsFactory } from '@temporalio/worker';
import { valueWithoutSecrets, withoutSecrets } from '../activities/secrets/redact.ts';

/** Within every other interceptor but those that only look: what they note of a failure is free of secrets too. */
export const hideSecrets: ActivityInterceptorsFactory = () => ({
  inbound: {
    async execute(input, next) {
      try {
        return await next(input);
      } catch (error) {
        hideIn(error);
        throw error;
      }
    },
  },
});

/** In place, since its class says what is to become of it. */
export function hideIn(error: unknown): void {
  for (let each = error; each instanceof Error; each = each.cause) {
    const { message } = each;
    const clean = withoutSecrets(message);
    if (each.stack !== undefined) each.stack = withoutSecrets(each.stack);
    if (clean !== message) each.message = clean;
    if (each instanceof ApplicationFailure && each.details) {
      Object.defineProperty(each, 'details', { value: each.details.map(valueWithoutSecrets), enumerable: true });
    }
  }
}

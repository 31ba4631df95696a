/** A process that asks for a slot on behalf of an epic, and dies once it has asked. */
import type { Context } from '@temporalio/activity';
import type { ActivityInterceptors } from '@temporalio/worker';
import { withHeartbeat } from '../../activities/heartbeat.ts';

/** The interceptor goes around a stage's activities. */
export function createDyingRequests() {
  let dying: { readonly epicId: string; readonly isNoticed: Promise<void> } | undefined;
  return {
    /** From now on that happens to the first try of each request of this epic; Temporal hears of it when it is noticed. */
    die(epicId: string, isNoticed: Promise<void>): void {
      dying = { epicId, isNoticed };
    },

    interceptor({ info }: Context): ActivityInterceptors {
      const isDying = ([asked]: unknown[]) =>
        info.activityType === 'requestAdmission' &&
        info.attempt === 1 &&
        (asked as { epicId: string }).epicId === dying?.epicId;
      return {
        inbound: {
          async execute(input, next) {
            const result = await next(input);
            if (!isDying(input.args)) return result;
            await withHeartbeat(() => dying?.isNoticed as Promise<void>);
            throw new Error('The process died');
          },
        },
      };
    },
  };
}

/** From a host that signs off to the tasks, epics and agents that have a place on it. */
import { defineSignal } from '@temporalio/workflow';
import { z } from 'zod';

/** The placement that is left. A hint only: the receiver looks at the hosts table before it moves. */
export const HostLeaves = z.object({ host: z.string().min(1), epoch: z.number().int().positive() });
export type HostLeaves = z.infer<typeof HostLeaves>;
export const hostLeavesSignal = defineSignal<[unknown?]>('hostLeaves');

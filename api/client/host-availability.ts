/** Whether a host takes work, as the dashboard and the command line say it. Pure. */
import type { Answer } from './index.ts';

type Seen = Pick<Answer<'Fleet'>['hosts'][number], 'lastSeenAt' | 'refusal' | 'leftAt' | 'taken' | 'capacity'>;

export type Availability = 'takes work' | 'full' | 'takes no more work' | 'silent' | 'signed off';

/** A host says that it is there every few seconds. */
const SILENT_MS = 30_000;

export const isSilent = ({ lastSeenAt }: Pick<Seen, 'lastSeenAt'>, readAt: number): boolean =>
  readAt - Date.parse(lastSeenAt) > SILENT_MS;

/** As of `readAt`, in milliseconds, which is when the host was read. */
export function availabilityOf(host: Seen, readAt: number): Availability {
  if (host.leftAt !== null) return 'signed off';
  if (isSilent(host, readAt)) return 'silent';
  if (host.refusal !== null) return 'takes no more work';
  return host.taken >= host.capacity ? 'full' : 'takes work';
}

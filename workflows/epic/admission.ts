/** Waits for the supervisor's admission; asking again is harmless and reaches a supervisor that was started again. */
import { factory } from '../activities.ts';
import { askAdmissionAgainMs } from '../options.ts';
import type { Epic } from './context.ts';
import { isAboutIssue, openRequests } from './requests.ts';
import { isPlanned } from './state.ts';
import { expectAdmission } from './status-state.ts';

export async function admission(epic: Epic): Promise<void> {
  const { data, epicId } = epic;
  if (data.admitted) return;
  // The request below is enough, and a cancellation ends it.
  epic.stopAsking();
  await epic.admissionSettled();
  const state = isPlanned(data) ? 'IN_PROGRESS' : 'PLANNING';
  epic.tell(state, 'waits for admission', { kind: 'admission', reason: 'the limit of epics at once' });
  const isAdmitted = () => data.admitted;
  for (let times = 1; ; times += 1) {
    expectAdmission(data);
    // It may take weeks, and each asking is a few events.
    await epic.runEnd.pass();
    await factory.requestAdmission('ask for admission', { epicId, priority: data.input.priority });
    if (isAdmitted() || (await epic.runEnd.within(isAdmitted, askAdmissionAgainMs(times), 'ask for admission again')))
      break;
  }
  epic.tell(state, 'admitted');
}

/** A run that begins while a person is asked takes no place before the answer. */
export const isAskedAbout = ({ data }: Epic): boolean =>
  Object.keys(data.asked).length > 0 || openRequests(data.requests).some((request) => !isAboutIssue(request));

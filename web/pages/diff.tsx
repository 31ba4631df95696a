/** What a pull request of an epic changes, or what an open question is about. */
import { getRouteApi } from '@tanstack/react-router';
import { EpicFrame } from '../parts/epic-frame.tsx';

const route = getRouteApi('/epics/$epicId/diff');

export function DiffPage() {
  const { epicId } = route.useParams();
  return (
    <EpicFrame epicId={epicId} tab="changes">
      {() => null}
    </EpicFrame>
  );
}

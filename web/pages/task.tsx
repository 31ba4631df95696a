/** One task as a story: its attempts and rounds, what was submitted, what proves it. */
import { getRouteApi } from '@tanstack/react-router';

const route = getRouteApi('/tasks/$taskId');

export function TaskPage() {
  const { taskId } = route.useParams();
  return <>{taskId}</>;
}

/** What a pull request or a submission changes, or what an open question is about, with the answer beside it. */
import { Alert, Button, Stack, Text } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useState } from 'react';
import { isFinal } from '../../api/client/epic-now.ts';
import { type Diff, diffOf, type WhichDiff } from '../data/diffs.ts';
import type { EpicItself } from '../data/epics.ts';
import { Commit } from '../parts/diff-commit.tsx';
import { replacement } from '../parts/diff-subject.ts';
import { nothing } from '../parts/empty-states.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { PageLink } from '../parts/link.tsx';
import { Read } from '../parts/read.tsx';

const route = getRouteApi('/epics/$epicId/diff');

export function DiffPage() {
  const { epicId } = route.useParams();
  const { request, pullRequest, task, submission, since } = route.useSearch();
  const given = Object.entries({ request, pullRequest, task, submission, since });
  const which: WhichDiff = Object.fromEntries(given.filter(([, value]) => value !== undefined));
  return (
    <EpicFrame epicId={epicId} tab="changes">
      {(epic) =>
        task === undefined &&
        epic.pullRequests.length === 0 &&
        epic.requests.every(({ headSha }) => headSha === null) ? (
          <Text c="dimmed">{nothing('change', isFinal(epic.state))}</Text>
        ) : (
          <Changes key={`${epicId} ${JSON.stringify(which)}`} epic={epic} which={which} />
        )
      }
    </EpicFrame>
  );
}

/** Shows one commit until a person asks for the one that replaced it. */
function Changes({ epic, which }: { readonly epic: EpicItself; readonly which: WhichDiff }) {
  const latest = useQuery(diffOf(epic.id, which));
  const navigate = route.useNavigate();
  const [shown, setShown] = useState<Diff>();
  if (shown === undefined && latest.data !== undefined) setShown(latest.data);
  const newer = shown === undefined ? undefined : replacement(epic.requests, which, shown, latest.data);
  const isOver = which.request !== undefined && epic.requests.every(({ requestId }) => requestId !== which.request);
  // That a question is answered is no failure of reading what it was about.
  const read = isOver && shown !== undefined ? { ...latest, data: shown, isError: false as const } : latest;
  const renew = async () => {
    const request = newer?.request;
    // The new commit is asked about by a question of its own, which has an address of its own.
    if (isOver && request !== undefined) return navigate({ search: (before) => ({ ...before, request }) });
    setShown((await latest.refetch()).data);
  };
  const notice =
    shown !== undefined && newer !== undefined ? (
      <Replaced shown={shown.headSha} newer={newer.headSha} isReading={latest.isFetching} onShow={() => void renew()} />
    ) : isOver ? (
      <Over epicId={epic.id} />
    ) : undefined;
  return (
    <Stack gap="sm">
      {shown === undefined && notice}
      {shown === undefined && latest.isError && which.task !== undefined && (
        <Text size="sm">
          <PageLink to="/tasks/$taskId" params={{ taskId: `${epic.id}.${which.task}` }} underline="always">
            The task
          </PageLink>{' '}
          lists all that it handed in.
        </Text>
      )}
      <Read of={read as typeof latest} what="the changes">
        {(data) => {
          const diff = shown ?? data;
          return <Commit key={diff.headSha} epic={epic} which={which} diff={diff} notice={notice} />;
        }}
      </Read>
    </Stack>
  );
}

interface ReplacedProps {
  readonly shown: string;
  readonly newer: string;
  readonly isReading: boolean;
  readonly onShow: () => void;
}

function Replaced({ shown, newer, isReading, onShow }: ReplacedProps) {
  return (
    <Alert color="orange" role="status" title="Another commit has taken the place of this one">
      <Stack gap="xs" align="flex-start">
        <Text size="sm">
          You see {shown.slice(0, 12)}; {newer.slice(0, 12)} was pushed since. Questions about it can be answered when
          it is shown.
        </Text>
        <Button onClick={onShow} loading={isReading}>
          Show {newer.slice(0, 12)}
        </Button>
      </Stack>
    </Alert>
  );
}

function Over({ epicId }: { readonly epicId: string }) {
  return (
    <Alert color="gray" role="status" title="This question is no longer open">
      It was answered or withdrawn.{' '}
      <PageLink to="/epics/$epicId/log" params={{ epicId }} underline="always">
        The log says how
      </PageLink>
      .
    </Alert>
  );
}

/** What a pull request of an epic changes, or what an open question is about, with the answer beside it. */
import { Alert, Button, Grid, Group, SegmentedControl, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { useCallback, useMemo, useRef, useState } from 'react';
import { type Diff, type DiffFile, diffOf, type WhichDiff } from '../data/diffs.ts';
import type { Epic } from '../data/epics.ts';
import { DiffFiles, type FilesHandle } from '../parts/diff-files.tsx';
import { isUnfolded, NO_FOLDS, startsUnfolded, toggled } from '../parts/diff-layout.ts';
import { DiffList, Lines } from '../parts/diff-list.tsx';
import { questionsAbout, replacement } from '../parts/diff-subject.ts';
import { EpicFrame } from '../parts/epic-frame.tsx';
import { PageLink } from '../parts/link.tsx';
import styles from '../parts/patch.module.css';
import { Question } from '../parts/question.tsx';
import { Read } from '../parts/read.tsx';
import { count } from '../parts/words.ts';

const route = getRouteApi('/epics/$epicId/diff');

export function DiffPage() {
  const { epicId } = route.useParams();
  const { request, pullRequest } = route.useSearch();
  return (
    <EpicFrame epicId={epicId} tab="changes">
      {(epic) =>
        epic.pullRequests.length === 0 && epic.requests.every(({ headSha }) => headSha === null) ? (
          <Text c="dimmed">No change was submitted yet; it is shown here as soon as there is one.</Text>
        ) : (
          <Changes
            key={`${epicId} ${request} ${pullRequest}`}
            epic={epic}
            which={{
              ...(request === undefined ? {} : { request }),
              ...(pullRequest === undefined ? {} : { pullRequest }),
            }}
          />
        )
      }
    </EpicFrame>
  );
}

/** Shows one commit until a person asks for the one that replaced it. */
function Changes({ epic, which }: { readonly epic: Epic; readonly which: WhichDiff }) {
  const latest = useQuery(diffOf(epic.id, which));
  const [shown, setShown] = useState<Diff>();
  if (shown === undefined && latest.data !== undefined) setShown(latest.data);
  const newer = shown === undefined ? undefined : replacement(epic.requests, which, shown, latest.data);
  const isOver = which.request !== undefined && epic.requests.every(({ requestId }) => requestId !== which.request);
  // That a question is answered is no failure of reading what it was about.
  const read = isOver && shown !== undefined ? { ...latest, data: shown, isError: false as const } : latest;
  const renew = async () => setShown((await latest.refetch()).data);
  return (
    <Stack gap="sm">
      {newer !== undefined && (
        <Alert color="orange" role="status" title="Another commit has taken the place of this one">
          <Group justify="space-between">
            <Text size="sm">
              You see {shown?.headSha.slice(0, 12)}; {newer.slice(0, 12)} was pushed since. The questions about it can
              be answered when it is shown.
            </Text>
            <Button onClick={() => void renew()} loading={latest.isFetching}>
              Show {newer.slice(0, 12)}
            </Button>
          </Group>
        </Alert>
      )}
      {isOver && newer === undefined && (
        <Alert color="gray" role="status" title="This question is no longer open">
          It was answered or withdrawn.{' '}
          <PageLink to="/epics/$epicId/log" params={{ epicId: epic.id }}>
            The log says how
          </PageLink>
          .
        </Alert>
      )}
      <Read of={read as typeof latest} what="the changes">
        {(data) => {
          const diff = shown ?? data;
          return <Commit key={diff.headSha} epic={epic} which={which} diff={diff} />;
        }}
      </Read>
    </Stack>
  );
}

interface CommitProps {
  readonly epic: Epic;
  readonly which: WhichDiff;
  readonly diff: Diff;
}

function Commit({ epic, which, diff }: CommitProps) {
  const { view, file } = route.useSearch();
  const navigate = route.useNavigate();
  const [folds, setFolds] = useState(NO_FOLDS);
  const handle = useRef<FilesHandle>(null);
  const starts = useMemo(() => startsUnfolded(diff.files), [diff]);
  const isOpen = useCallback((one: DiffFile) => isUnfolded(folds, starts, one), [folds, starts]);
  const questions = questionsAbout(epic.requests, which, diff.headSha);
  const choose = (path: string) => {
    setFolds((before) => toggled(before, path, true));
    handle.current?.show(path);
    void navigate({ search: (before) => ({ ...before, file: path }), replace: true, resetScroll: false });
  };
  const all = diff.files.length > 0 && diff.files.every(isOpen);
  return (
    <Grid gap="md" style={{ '--diff-bar-height': '44px' }}>
      <Grid.Col span={{ base: 12, lg: 3.5 }}>
        <Stack gap="sm" className={styles.aside}>
          <VisuallyHidden>
            <Title order={2}>Changes</Title>
          </VisuallyHidden>
          {questions.length > 0 && (
            <Stack id="questions" gap="sm" className={styles.questions}>
              {questions.map((question) => (
                <Question
                  key={`${question.requestId}/${question.headSha}`}
                  request={question}
                  showsEpic={false}
                  showsDiff={false}
                />
              ))}
            </Stack>
          )}
          <DiffList files={diff.files} current={file} onChoose={choose} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 8.5 }}>
        <Group className={styles.bar} gap="sm" wrap="nowrap" justify="space-between">
          <Text size="sm" truncate title={`${diff.headSha}, from ${diff.baseSha}`} data-head-sha={diff.headSha}>
            <b>{diff.headSha.slice(0, 12)}</b> into {diff.base} · {count(diff.totals.files, 'file')}{' '}
            <Lines of={diff.totals} />
          </Text>
          <Group gap="xs" wrap="nowrap">
            {questions.length > 0 && (
              <Button size="compact-sm" hiddenFrom="lg" component="a" href="#questions">
                Answer
              </Button>
            )}
            <Button size="compact-sm" variant="default" onClick={() => setFolds({ all: !all, single: new Map() })}>
              {all ? 'Fold all' : 'Unfold all'}
            </Button>
            <SegmentedControl
              size="xs"
              visibleFrom="sm"
              aria-label="Layout"
              value={view ?? 'inline'}
              data={[
                { value: 'inline', label: 'Inline' },
                { value: 'split', label: 'Side by side' },
              ]}
              onChange={(value) =>
                void navigate({
                  search: ({ view: _, ...rest }) => (value === 'split' ? { ...rest, view: 'split' } : rest),
                  replace: true,
                  resetScroll: false,
                })
              }
            />
          </Group>
        </Group>
        {diff.files.length === 0 && <Text c="dimmed">Nothing differs between the two commits.</Text>}
        <DiffFiles
          epicId={epic.id}
          diff={diff}
          isSplit={view === 'split'}
          isOpen={isOpen}
          onToggle={(one, open) => setFolds((before) => toggled(before, one.path, open))}
          handle={handle}
          first={file}
        />
      </Grid.Col>
    </Grid>
  );
}

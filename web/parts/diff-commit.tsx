/** One commit of an epic: its files and patches, what reviewers said of them, and the questions about it beside them. */
import { Alert, Grid, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { Diff, DiffFile, WhichDiff } from '../data/diffs.ts';
import type { EpicItself } from '../data/epics.ts';
import { taskOf } from '../data/tasks.ts';
import { CommentsAbove } from './comments-above.tsx';
import { DiffBar } from './diff-bar.tsx';
import { DiffFiles, type FilesHandle } from './diff-files.tsx';
import { isUnfolded, NO_FOLDS, startsUnfolded, toggled } from './diff-layout.ts';
import { DiffList } from './diff-list.tsx';
import { questionsAbout } from './diff-subject.ts';
import { standingOf } from './diff-submission.ts';
import styles from './patch.module.css';
import { Question } from './question.tsx';
import { Unread } from './read.tsx';
import { SubmissionLinks } from './submission-links.tsx';
import { useComments } from './use-comments.ts';

const route = getRouteApi('/epics/$epicId/diff');

interface Props {
  readonly epic: EpicItself;
  readonly which: WhichDiff;
  readonly diff: Diff;
  /** That another commit replaced this one, or that it is asked about no more. */
  readonly notice: ReactNode;
}

export function Commit({ epic, which, diff, notice }: Props) {
  const { view, file, comment } = route.useSearch();
  const navigate = route.useNavigate();
  const { taskKey } = diff;
  const task = useQuery({ ...taskOf(`${epic.id}.${taskKey}`), enabled: taskKey !== null });
  const [folds, setFolds] = useState(() => (file === undefined ? NO_FOLDS : toggled(NO_FOLDS, file, true)));
  const handle = useRef<FilesHandle>(null);
  const starts = useMemo(() => startsUnfolded(diff.files), [diff]);
  const isOpen = useCallback((one: DiffFile) => isUnfolded(folds, starts, one), [folds, starts]);
  const unfold = (path: string) => setFolds((before) => toggled(before, path, true));
  const note = (target: { readonly file?: string; readonly comment?: string }) =>
    void navigate({
      search: ({ file: _, comment: __, ...rest }) => ({ ...rest, ...target }),
      replace: true,
      resetScroll: false,
    });
  const comments = useComments({
    diff,
    task: task.data,
    handle,
    wanted: comment,
    onGo(id, path) {
      if (path !== undefined) unfold(path);
      if (id !== comment) note({ comment: id });
    },
  });
  const choose = (path: string) => {
    unfold(path);
    handle.current?.show(path);
    note({ file: path });
  };
  const questions = questionsAbout(epic.requests, which, diff.headSha);
  const isPart = which.since !== undefined && epic.requests.some(({ headSha }) => headSha === diff.headSha);
  const standing = task.data === undefined ? undefined : standingOf(task.data.submissions, diff);
  const isAsked = questions.length > 0 || notice !== undefined || isPart;
  return (
    <Grid gap="md" style={{ '--diff-bar-height': '44px' }}>
      <Grid.Col span={{ base: 12, lg: 3.5 }}>
        <Stack gap="sm" className={styles.aside}>
          <VisuallyHidden>
            <Title order={2}>Changes</Title>
          </VisuallyHidden>
          {isAsked && (
            <Stack id="questions" gap="sm" className={styles.questions}>
              {notice}
              {isPart && (
                <Alert color="gray" role="status" title="A question about this commit waits">
                  It is about all that the commit changes, so it is answered where all of it is shown.
                </Alert>
              )}
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
          <DiffList files={diff.files} comments={comments.inFiles} current={file} onChoose={choose} />
        </Stack>
      </Grid.Col>
      <Grid.Col span={{ base: 12, lg: 8.5 }}>
        {taskKey !== null && <Unread of={task} what="the submissions and reviews of its task" />}
        {taskKey !== null && task.data !== undefined && standing !== undefined && (
          <SubmissionLinks
            epicId={epic.id}
            title={task.data.title}
            taskKey={taskKey}
            diff={diff}
            standing={standing}
            view={view}
          />
        )}
        <DiffBar
          diff={diff}
          view={view}
          subject={standing === undefined ? undefined : `Submission ${standing.number} of ${standing.count}`}
          waiting={isAsked ? waitingOf(questions.length > 0, notice !== undefined) : undefined}
          isUnfolded={diff.files.length > 0 && diff.files.every(isOpen)}
          onFold={(all) => setFolds({ all, single: new Map() })}
          onView={(wanted) =>
            void navigate({
              search: ({ view: _, ...rest }) => (wanted === undefined ? rest : { ...rest, view: wanted }),
              replace: true,
              resetScroll: false,
            })
          }
        />
        <CommentsAbove comments={comments.above} />
        {diff.files.length === 0 && <Text c="dimmed">Nothing differs between the two commits.</Text>}
        <DiffFiles
          epicId={epic.id}
          diff={diff}
          comments={comments.inFiles}
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

function waitingOf(canAnswer: boolean, isNoticed: boolean) {
  if (isNoticed) return { label: 'News', color: 'orange' };
  return { label: canAnswer ? 'Answer' : 'News' };
}

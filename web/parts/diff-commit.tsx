/** One commit of an epic: its files and patches, with the questions about it beside them. */
import { Button, Grid, Group, SegmentedControl, Stack, Text, Title, VisuallyHidden } from '@mantine/core';
import { getRouteApi } from '@tanstack/react-router';
import { type ReactNode, useCallback, useMemo, useRef, useState } from 'react';
import type { Diff, DiffFile, WhichDiff } from '../data/diffs.ts';
import type { EpicItself } from '../data/epics.ts';
import { DiffFiles, type FilesHandle } from './diff-files.tsx';
import { isUnfolded, NO_FOLDS, startsUnfolded, toggled } from './diff-layout.ts';
import { DiffList, Lines } from './diff-list.tsx';
import { questionsAbout } from './diff-subject.ts';
import styles from './patch.module.css';
import { Question } from './question.tsx';
import { count } from './words.ts';

const route = getRouteApi('/epics/$epicId/diff');

interface Props {
  readonly epic: EpicItself;
  readonly which: WhichDiff;
  readonly diff: Diff;
  /** That another commit replaced this one, or that it is asked about no more. */
  readonly notice: ReactNode;
}

export function Commit({ epic, which, diff, notice }: Props) {
  const { view, file } = route.useSearch();
  const navigate = route.useNavigate();
  const [folds, setFolds] = useState(() => (file === undefined ? NO_FOLDS : toggled(NO_FOLDS, file, true)));
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
          {(questions.length > 0 || notice !== undefined) && (
            <Stack id="questions" gap="sm" className={styles.questions}>
              {notice}
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
            {(questions.length > 0 || notice !== undefined) && (
              <Button
                component="a"
                href="#questions"
                size="compact-sm"
                hiddenFrom="lg"
                {...(notice === undefined ? {} : { color: 'orange' })}
              >
                {notice === undefined ? 'Answer' : 'News'}
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

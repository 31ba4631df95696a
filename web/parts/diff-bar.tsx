/** The bar of a diff, which stays in view: which commit this is, and how it is shown. */
import { Button, Group, SegmentedControl, Text } from '@mantine/core';
import type { Diff } from '../data/diffs.ts';
import { Lines } from './diff-list.tsx';
import { count } from './format.ts';
import styles from './patch.module.css';

interface Props {
  readonly diff: Diff;
  /** "Submission 2 of 3" */
  readonly subject: string | undefined;
  /** What waits above the diff where that is not beside it. */
  readonly waiting: { readonly label: string; readonly color?: string } | undefined;
  readonly isUnfolded: boolean;
  readonly onFold: (isUnfolded: boolean) => void;
  readonly view: 'split' | undefined;
  readonly onView: (view: 'split' | undefined) => void;
}

export function DiffBar({ diff, subject, waiting, isUnfolded, onFold, view, onView }: Props) {
  const { headSha, baseSha, base, since, totals } = diff;
  const from = since === null ? `into ${base}` : `since submission ${since.number}`;
  return (
    <Group className={styles.bar} gap="sm" wrap="nowrap" justify="space-between">
      <Text size="sm" truncate title={`${headSha}, from ${baseSha}`} data-head-sha={headSha}>
        {subject !== undefined && `${subject} · `}
        <b>{headSha.slice(0, 12)}</b> {from} · {count(totals.files, 'file')} <Lines of={totals} />
      </Text>
      <Group gap="xs" wrap="nowrap">
        {waiting !== undefined && (
          <Button
            component="a"
            href="#questions"
            size="compact-sm"
            hiddenFrom="lg"
            {...(waiting.color === undefined ? {} : { color: waiting.color })}
          >
            {waiting.label}
          </Button>
        )}
        <Button size="compact-sm" variant="default" onClick={() => onFold(!isUnfolded)}>
          {isUnfolded ? 'Fold all' : 'Unfold all'}
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
          onChange={(value) => onView(value === 'split' ? value : undefined)}
        />
      </Group>
    </Group>
  );
}

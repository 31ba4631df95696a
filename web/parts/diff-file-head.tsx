/** The head of a file in a diff: it folds the patch, and says what became of the file and how much was said of it. */
import { Badge, Group, Text, UnstyledButton } from '@mantine/core';
import type { DiffFile } from '../data/diffs.ts';
import { FILE_HEAD } from './diff-layout.ts';
import { Lines } from './diff-list.tsx';
import { count } from './format.ts';
import styles from './patch.module.css';
import { visibleText } from './visible-text.ts';

interface Props {
  readonly file: DiffFile;
  readonly comments: number;
  readonly isOpen: boolean;
  readonly onToggle: () => void;
}

export function DiffFileHead({ file, comments, isOpen, onToggle }: Props) {
  const { path, previousPath, status, isBinary, isGenerated } = file;
  const words = [status === 'modified' ? '' : status, isBinary ? 'binary' : '', isGenerated ? 'generated' : ''];
  return (
    <UnstyledButton className={styles.head} w="100%" aria-expanded={isOpen} onClick={onToggle} h={FILE_HEAD}>
      <Group gap="xs" wrap="nowrap" h="100%">
        <Text span c="dimmed" aria-hidden w="1ch">
          {isOpen ? '▾' : '▸'}
        </Text>
        <Text span size="sm" ff="monospace" className={styles.name} title={path}>
          {previousPath !== null && `${visibleText(previousPath)} → `}
          {visibleText(path)}
        </Text>
        {comments > 0 && (
          <Badge variant="light" size="sm" tt="none" miw="max-content">
            {count(comments, 'comment')}
          </Badge>
        )}
        {words
          .filter((word) => word !== '')
          .map((word) => (
            <Badge key={word} variant="default" size="sm" tt="none" visibleFrom="xs">
              {word}
            </Badge>
          ))}
        <Lines of={file} />
      </Group>
    </UnstyledButton>
  );
}

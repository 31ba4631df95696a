/** The list of the files of a diff: found by their names, with what each adds and removes. */
import { Badge, Box, Stack, Text, TextInput, UnstyledButton } from '@mantine/core';
import { useVirtualizer } from '@tanstack/react-virtual';
import { useRef, useState } from 'react';
import type { DiffFile } from '../data/diffs.ts';
import type { CommentsByFile } from './diff-comments.ts';
import { count, whole } from './format.ts';
import styles from './patch.module.css';
import { visibleText } from './visible-text.ts';

const ITEM = 30;

interface Props {
  readonly files: readonly DiffFile[];
  readonly comments: CommentsByFile['inFiles'];
  readonly current: string | undefined;
  readonly onChoose: (path: string) => void;
}

export function DiffList({ files, comments, current, onChoose }: Props) {
  const [words, setWords] = useState('');
  const viewport = useRef<HTMLDivElement>(null);
  const found = files.filter(({ path }) => path.toLowerCase().includes(words.trim().toLowerCase()));
  const list = useVirtualizer({
    count: found.length,
    getScrollElement: () => viewport.current,
    estimateSize: () => ITEM,
    overscan: 10,
  });
  return (
    <Stack gap="xs" mih={0}>
      <TextInput
        type="search"
        size="xs"
        label="Find a file"
        placeholder={`in ${count(files.length, 'file')}`}
        value={words}
        onChange={(event) => setWords(event.currentTarget.value)}
      />
      {found.length === 0 && <Text c="dimmed">No file has that in its name.</Text>}
      <Box ref={viewport} mih={90} mah={{ base: '30dvh', lg: 'none' }} style={{ overflowY: 'auto' }}>
        <nav aria-label="Files" style={{ position: 'relative', height: list.getTotalSize() }}>
          {list.getVirtualItems().map(({ index, start }) => {
            const file = found[index] as DiffFile;
            const cut = file.path.lastIndexOf('/') + 1;
            return (
              <UnstyledButton
                key={file.path}
                className={styles.listed}
                style={{ top: start }}
                title={file.path}
                aria-current={file.path === current}
                onClick={() => onChoose(file.path)}
              >
                <span className={styles.name}>
                  {visibleText(file.path.slice(cut))}{' '}
                  <Text span size="xs" c="dimmed">
                    {visibleText(file.path.slice(0, cut))}
                  </Text>
                </span>
                <CommentCount of={comments.get(file.path)?.length ?? 0} />
                <Lines of={file} />
              </UnstyledButton>
            );
          })}
        </nav>
      </Box>
    </Stack>
  );
}

/** As little as there is room for. */
function CommentCount({ of }: { readonly of: number }) {
  if (of === 0) return null;
  return (
    <Badge variant="light" size="xs" circle title={count(of, 'comment')} aria-label={count(of, 'comment')} role="img">
      {of}
    </Badge>
  );
}

/** "+12 −3" of a file, or of all. */
export function Lines({ of: { additions, deletions } }: { readonly of: Pick<DiffFile, 'additions' | 'deletions'> }) {
  return (
    <Text span size="xs" style={{ whiteSpace: 'nowrap' }}>
      <span className={styles.plus}>+{whole(additions)}</span> <span className={styles.minus}>−{whole(deletions)}</span>
    </Text>
  );
}

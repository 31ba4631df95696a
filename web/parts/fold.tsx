/** Something long behind one line, opened by a click or by the keyboard. What is folded is not rendered. */
import { Group, Text, UnstyledButton } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly isOpen: boolean;
  readonly onToggle: () => void;
  readonly summary: ReactNode;
  readonly children: ReactNode;
}

export function Fold({ isOpen, onToggle, summary, children }: Props) {
  return (
    <div>
      <UnstyledButton onClick={onToggle} aria-expanded={isOpen} w="100%">
        <Group gap={6} wrap="nowrap" align="baseline">
          <Text span size="xs" c="dimmed" aria-hidden w={10}>
            {isOpen ? '▾' : '▸'}
          </Text>
          {summary}
        </Group>
      </UnstyledButton>
      {isOpen && children}
    </div>
  );
}

/** That a list is not all there is. */
import { Text } from '@mantine/core';
import type { ReactNode } from 'react';
import { isCut, type MOST } from '../data/limits.ts';

interface Props {
  readonly list: keyof typeof MOST;
  readonly length: number;
  /** Which of them these are, and how to come to the others. */
  readonly children: ReactNode;
}

export function More({ list, length, children }: Props) {
  if (!isCut(length, list)) return null;
  return (
    <Text c="dimmed" role="note">
      {children}
    </Text>
  );
}

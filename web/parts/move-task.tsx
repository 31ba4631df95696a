/** Puts a task among those of a plan or a new epic in another place: by buttons, and by keys. */
import { Button } from '@mantine/core';
import type { KeyboardEvent } from 'react';

/** Where a task stands among those that can be put in another order. */
export interface Position {
  readonly isFirst: boolean;
  readonly isLast: boolean;
  readonly onMove: (by: 1 | -1) => void;
}

/** Tasks that are ready at the same time start in this order. A button at an end does nothing, and keeps the focus. */
export function MoveTask({ name, isFirst, isLast, onMove }: Position & { readonly name: string }) {
  const button = (label: string, by: 1 | -1, isAtEnd: boolean) => (
    <Button
      variant="subtle"
      color="gray"
      size="compact-sm"
      title={`Alt+${by < 0 ? '↑' : '↓'}`}
      aria-label={`Move ${name} ${label.toLowerCase()}`}
      aria-disabled={isAtEnd}
      {...(isAtEnd ? { 'data-disabled': true } : {})}
      onClick={() => !isAtEnd && onMove(by)}
    >
      {label}
    </Button>
  );
  return (
    <>
      {button('Up', -1, isFirst)}
      {button('Down', 1, isLast)}
    </>
  );
}

/**
 * Alt with an arrow moves the task that one is in, before a list opens or a number grows by it. In a text of several lines
 * it moves the cursor.
 */
export function moveByKey(event: KeyboardEvent, position: Position | undefined): void {
  if (position === undefined || !event.altKey || event.target instanceof HTMLTextAreaElement) return;
  if (event.key !== 'ArrowUp' && event.key !== 'ArrowDown') return;
  event.preventDefault();
  event.stopPropagation();
  const by = event.key === 'ArrowUp' ? -1 : 1;
  if (by < 0 ? !position.isFirst : !position.isLast) position.onMove(by);
}

/** How a dialog is left: back, or by its other button, which is inside. */
import { Button, Group } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props {
  readonly back?: string;
  /** Enter then goes back: the other button does what the person may regret. */
  readonly isBackFocused?: boolean;
  readonly onClose: () => void;
  readonly children: ReactNode;
}

export function DialogButtons({ back = 'Go back', isBackFocused = false, onClose, children }: Props) {
  return (
    <Group justify="flex-end">
      <Button variant="default" onClick={onClose} data-autofocus={isBackFocused || undefined}>
        {back}
      </Button>
      {children}
    </Group>
  );
}

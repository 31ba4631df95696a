/** Asks before something that cannot be undone, in the words of what it will do. */
import { Button, Modal, Stack, Text } from '@mantine/core';
import { DialogButtons } from './dialog-buttons.tsx';

interface Props {
  readonly opened: boolean;
  readonly title: string;
  readonly words: string;
  readonly action: string;
  readonly onConfirm: () => void;
  readonly onClose: () => void;
}

export function Confirm({ opened, title, words, action, onConfirm, onClose }: Props) {
  return (
    <Modal opened={opened} onClose={onClose} title={title} returnFocus>
      <Stack>
        <Text>{words}</Text>
        <DialogButtons isBackFocused onClose={onClose}>
          {/* The second of two clicks comes while the dialog fades away. */}
          <Button color="red" onClick={() => opened && onConfirm()}>
            {action}
          </Button>
        </DialogButtons>
      </Stack>
    </Modal>
  );
}

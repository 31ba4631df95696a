/** Asks before something that cannot be undone, in the words of what it will do. */
import { Button, Group, Modal, Stack, Text } from '@mantine/core';

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
        <Group justify="flex-end">
          <Button variant="default" onClick={onClose} data-autofocus>
            Go back
          </Button>
          {/* The second of two clicks comes while the dialog fades away. */}
          <Button color="red" onClick={() => opened && onConfirm()}>
            {action}
          </Button>
        </Group>
      </Stack>
    </Modal>
  );
}

/** A box for what a person has to say to agents at work. */
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { memo, useState } from 'react';
import { useTell } from '../data/mail.ts';
import { DialogButtons } from './dialog-buttons.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { WordsInput } from './words-input.tsx';

interface Props {
  /** A task, `<epic>.<key>`, or an epic. */
  readonly id: string;
}

export const Tell = memo(function Tell({ id }: Props) {
  const tell = useTell(id);
  const person = usePerson();
  const [isOpen, { open, close }] = useDisclosure();
  const [text, setText] = useState('');
  const isTask = id.includes('.');
  const send = () =>
    person.as((by) =>
      tell.mutate(
        { text: text.trim(), by },
        {
          onSuccess() {
            setText('');
            close();
          },
        },
      ),
    );
  return (
    <Stack gap={4} align="flex-end">
      <Button variant="default" onClick={open} data-action="tell">
        {isTask ? 'Tell the Worker' : 'Tell all Workers'}
      </Button>
      {!isOpen && <Outcome error={null} reply={tell.data} />}
      <Modal
        opened={isOpen}
        onClose={close}
        title={isTask ? 'Say something to the Worker' : 'Say something to all Workers'}
      >
        <Stack>
          <Text size="sm">
            It is read before the next turn, as your word. After a hand-in that is the next round; the log says which
            turn read it, or that none did.
          </Text>
          <WordsInput label="Words" minRows={3} value={text} data-autofocus onWords={setText} />
          <Outcome error={tell.error} reply={undefined} />
          <DialogButtons onClose={close}>
            <Button loading={tell.isPending} disabled={text.trim() === ''} onClick={send} data-confirm="tell">
              Send
            </Button>
          </DialogButtons>
        </Stack>
      </Modal>
    </Stack>
  );
});

/** Ends what all agents of an epic do right now, after saying so; words go along. */
import { Button, Modal, Stack, Text } from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { memo, useState } from 'react';
import { useControl } from '../data/epics.ts';
import { DialogButtons } from './dialog-buttons.tsx';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';
import { INTERRUPT_EPIC } from './question.ts';
import { WordsInput } from './words-input.tsx';

export const InterruptEpic = memo(function InterruptEpic({ id }: { readonly id: string }) {
  const control = useControl(id);
  const person = usePerson();
  const [isOpen, { open, close }] = useDisclosure();
  const [words, setWords] = useState('');
  const finish = () => {
    setWords('');
    close();
  };
  const send = (by: string) => {
    const comment = words.trim() === '' ? {} : { comment: words.trim() };
    control.mutate({ control: 'interrupt', by, ...comment }, { onSuccess: finish });
  };
  return (
    <Stack gap={4} align="flex-end">
      <Button
        variant="default"
        data-action="interrupt"
        onClick={() => {
          control.reset();
          open();
        }}
      >
        Interrupt
      </Button>
      {!isOpen && (
        <Outcome
          error={null}
          reply={control.data}
          sent={{ epicId: id, name: 'interrupt', by: control.variables?.by }}
        />
      )}
      <Modal opened={isOpen} onClose={close} title="Interrupt all agents of the epic?">
        <Stack>
          <Text>{INTERRUPT_EPIC}</Text>
          <WordsInput
            label="Comment"
            description="It goes to each agent that is interrupted."
            value={words}
            onWords={setWords}
          />
          <Outcome error={control.error} reply={undefined} />
          <DialogButtons isBackFocused onClose={close}>
            <Button loading={control.isPending} onClick={() => person.as(send)} data-confirm="interrupt">
              Interrupt
            </Button>
          </DialogButtons>
        </Stack>
      </Modal>
    </Stack>
  );
});

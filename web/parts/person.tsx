/** Who acts: asked for once on this browser, and sent with everything that a person decides. */
import { Button, Group, Modal, Stack, Text, TextInput } from '@mantine/core';
import { useDisclosure, useLocalStorage, useWindowEvent } from '@mantine/hooks';
import { createContext, type FormEvent, type ReactNode, useContext, useRef, useState } from 'react';
import { isSignedIn, useSignOut } from '../data/session.ts';

interface PersonContext {
  readonly name: string;
  readonly rename: () => void;
  /** Does `act` under the person's name, after asking for it where nobody said it yet. */
  readonly as: (act: (name: string) => void) => void;
}

const Context = createContext<PersonContext>({ name: '', rename: () => {}, as: () => {} });

export const usePerson = (): PersonContext => useContext(Context);

export function PersonProvider({ children }: { readonly children: ReactNode }) {
  const [name, setName] = useLocalStorage({ key: 'factory-person', defaultValue: '', getInitialValueInEffect: false });
  const [isOpen, { open, close }] = useDisclosure();
  const waiting = useRef<((name: string) => void) | undefined>(undefined);

  // The second click of two is no second wish, whether the first was answered meanwhile or not.
  const isSecondClick = useRef(false);
  useWindowEvent(
    'click',
    (event) => {
      isSecondClick.current = event.detail > 1;
    },
    { capture: true },
  );

  const as = (act: (name: string) => void) => {
    if (isSecondClick.current) return;
    if (name !== '') return act(name);
    waiting.current = act;
    open();
  };
  const accept = (given: string) => {
    setName(given);
    close();
    waiting.current?.(given);
    waiting.current = undefined;
  };
  const dismiss = () => {
    waiting.current = undefined;
    close();
  };
  return (
    <Context value={{ name, rename: open, as }}>
      {children}
      <Modal opened={isOpen} onClose={dismiss} title="Who are you?">
        <NameForm name={name} onName={accept} />
      </Modal>
    </Context>
  );
}

function NameForm({ name, onName }: { readonly name: string; readonly onName: (name: string) => void }) {
  const signOut = useSignOut();
  const [draft, setDraft] = useState(name);
  const submit = (event: FormEvent) => {
    event.preventDefault();
    if (draft.trim() !== '') onName(draft.trim());
  };
  return (
    <form onSubmit={submit}>
      <Stack>
        <Text size="sm">Your name goes into the decision log with everything that you decide.</Text>
        <TextInput
          label="Name"
          value={draft}
          maxLength={200}
          data-autofocus
          onChange={(event) => setDraft(event.currentTarget.value)}
        />
        <Group justify="space-between">
          {isSignedIn() ? (
            <Button variant="subtle" color="gray" loading={signOut.isPending} onClick={() => signOut.mutate()}>
              Sign out
            </Button>
          ) : (
            <span />
          )}
          <Button type="submit" disabled={draft.trim() === ''}>
            Remember
          </Button>
        </Group>
      </Stack>
    </form>
  );
}

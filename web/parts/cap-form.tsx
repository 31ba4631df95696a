/** Sets the cap of an epic's cost: when it is asked for, or at any time before. */
import { Button, Group, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { useSetCap } from '../data/human-requests.ts';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';

interface Props {
  readonly epicId: string;
  readonly label: string;
  /** The first thing to do where it stands. */
  readonly isMain?: boolean;
}

export function CapForm({ epicId, label, isMain = false }: Props) {
  const person = usePerson();
  const setCap = useSetCap(epicId);
  const [cap, setCapUsd] = useState<number | string>('');
  const isGiven = typeof cap === 'number' && cap > 0;
  return (
    <>
      <Group align="flex-end" gap="xs">
        <NumberInput label="New cap in USD" min={0.01} decimalScale={2} prefix="$" value={cap} onChange={setCapUsd} />
        <Button
          variant={isMain ? 'filled' : 'default'}
          loading={setCap.isPending}
          disabled={!isGiven}
          onClick={() => person.as((by) => isGiven && setCap.mutate({ capUsd: cap, by }))}
        >
          {label}
        </Button>
      </Group>
      <Outcome error={setCap.error} reply={setCap.data} />
    </>
  );
}

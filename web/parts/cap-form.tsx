/** Sets a cap of the epic or a task: when it is asked for, or at any time before. */
import { Button, Group, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { type HumanRequest, useSetCap } from '../data/human-requests.ts';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';

interface Props {
  readonly epicId: string;
  readonly label: string;
  /** The cap that is asked for; the epic's in US dollars by default. */
  readonly of?: Pick<HumanRequest, 'budgetUnit' | 'taskKey'>;
  /** The first thing to do where it stands. */
  readonly isMain?: boolean;
}

export function CapForm({ epicId, label, of = { budgetUnit: 'usd', taskKey: null }, isMain = false }: Props) {
  const person = usePerson();
  const setCap = useSetCap(epicId);
  const [cap, changeCap] = useState<number | string>('');
  const isGiven = typeof cap === 'number' && cap > 0;
  const inTokens = of.budgetUnit === 'tokens';
  const whose = of.taskKey === null ? '' : ` of ${of.taskKey}`;
  const set = (by: string) => {
    if (!isGiven) return;
    const task = of.taskKey === null ? {} : { taskKey: of.taskKey };
    setCap.mutate({ ...(inTokens ? { capTokens: cap } : { capUsd: cap }), ...task, by });
  };
  return (
    <>
      <Group align="flex-end" gap="xs">
        {inTokens ? (
          <NumberInput
            label={`New cap${whose} in tokens`}
            min={1}
            allowDecimal={false}
            thousandSeparator=","
            value={cap}
            onChange={changeCap}
          />
        ) : (
          <NumberInput
            label={`New cap${whose} in USD`}
            min={0.01}
            decimalScale={2}
            prefix="$"
            value={cap}
            onChange={changeCap}
          />
        )}
        <Button
          variant={isMain ? 'filled' : 'default'}
          loading={setCap.isPending}
          disabled={!isGiven}
          onClick={() => person.as(set)}
        >
          {label}
        </Button>
      </Group>
      <Outcome error={setCap.error} reply={setCap.data} />
    </>
  );
}

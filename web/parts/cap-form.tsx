/** A field for a cap of an epic or a task: as the answer to the question about it, or set at any time before. */
import { Button, Group, NumberInput } from '@mantine/core';
import { useState } from 'react';
import { type HumanRequest, useRespond, useSetCap } from '../data/human-requests.ts';
import { Confirm } from './confirm.tsx';
import { capWords } from './format.ts';
import { Outcome } from './outcome.tsx';
import { usePerson } from './person.tsx';

type Unit = NonNullable<HumanRequest['budgetUnit']>;

/** Answers the question, so that it has no effect when somebody else has raised the cap meanwhile. */
export function RaiseCap({ request }: { readonly request: HumanRequest }) {
  const person = usePerson();
  const respond = useRespond(request);
  const whose = request.taskKey === null ? '' : ` of ${request.taskKey}`;
  return (
    <>
      <CapForm
        {...{ whose, unit: request.budgetUnit ?? 'usd', action: 'Raise the budget', isSending: respond.isPending }}
        isMain
        onCap={(cap) => person.as((by) => respond.mutate({ by, decision: 'raise', answer: String(cap) }))}
      />
      <Outcome
        error={respond.error}
        reply={respond.data}
        sent={{ epicId: request.epicId, name: 'respond', by: respond.variables?.by }}
      />
    </>
  );
}

interface SetCapProps {
  readonly epicId: string;
  readonly unit: Unit;
  /** Null where there is none, or while it is not known. */
  readonly present: number | null;
}

/** Sets the epic's cap; one below the present cap is confirmed. */
export function SetCap({ epicId, unit, present }: SetCapProps) {
  const person = usePerson();
  const setCap = useSetCap(epicId);
  const [lower, setLower] = useState<number>();
  const send = (cap: number, isLower = false) =>
    person.as((by) =>
      setCap.mutate({
        ...{ ...(unit === 'tokens' ? { capTokens: cap } : { capUsd: cap }), by },
        ...(isLower ? { lower: true } : {}),
      }),
    );
  return (
    <>
      <CapForm
        {...{ whose: '', unit, isSending: setCap.isPending }}
        action={unit === 'tokens' ? 'Set the cap in tokens' : 'Set the cap'}
        {...(present === null ? {} : { description: `It is ${capWords(unit, present)} now.` })}
        onCap={(cap) => (present !== null && cap < present ? setLower(cap) : send(cap))}
      />
      <Outcome
        error={setCap.error}
        reply={setCap.data}
        sent={{ epicId, name: 'raiseBudget', by: setCap.variables?.by }}
      />
      <Confirm
        opened={lower !== undefined}
        title="Lower the cap?"
        words={`It is ${capWords(unit, present ?? 0)} now and will be ${capWords(unit, lower ?? 0)}. A call of a model that does not fit under it waits for a person.`}
        action="Lower the cap"
        onClose={() => setLower(undefined)}
        onConfirm={() => {
          if (lower !== undefined) send(lower, true);
          setLower(undefined);
        }}
      />
    </>
  );
}

interface FormProps {
  /** " of api"; nothing of the epic itself. */
  readonly whose: string;
  readonly unit: Unit;
  readonly action: string;
  readonly description?: string;
  /** The first thing to do where it stands. */
  readonly isMain?: boolean;
  readonly isSending: boolean;
  readonly onCap: (cap: number) => void;
}

function CapForm({ whose, unit, action, description, isMain = false, isSending, onCap }: FormProps) {
  const [cap, changeCap] = useState<number | string>('');
  const shared = { value: cap, onChange: changeCap, ...(description === undefined ? {} : { description }) };
  const isGiven = typeof cap === 'number' && cap > 0;
  return (
    <Group align="flex-end" gap="xs">
      {unit === 'tokens' ? (
        <NumberInput
          label={`New cap${whose} in tokens`}
          min={1}
          allowDecimal={false}
          thousandSeparator=","
          {...shared}
        />
      ) : (
        <NumberInput label={`New cap${whose} in USD`} min={0.01} decimalScale={2} prefix="$" {...shared} />
      )}
      <Button
        variant={isMain ? 'filled' : 'default'}
        loading={isSending}
        disabled={!isGiven}
        onClick={() => isGiven && onCap(cap)}
      >
        {action}
      </Button>
    </Group>
  );
}

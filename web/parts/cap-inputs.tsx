/** Fields for a cap on what model calls may use; empty where none is given. */
import { NumberInput, type NumberInputProps } from '@mantine/core';

interface Props extends Pick<NumberInputProps, 'label' | 'placeholder'> {
  readonly value: number | '';
  readonly error: string | undefined;
  readonly onChange: (value: number | '') => void;
}

export function UsdInput({ onChange, ...rest }: Props) {
  return <NumberInput {...rest} min={0} prefix="$" decimalScale={2} onChange={(value) => onChange(given(value))} />;
}

export function TokensInput({ onChange, ...rest }: Props) {
  return (
    <NumberInput
      {...rest}
      min={0}
      allowDecimal={false}
      thousandSeparator=","
      onChange={(value) => onChange(given(value))}
    />
  );
}

/** The kit gives a text for what is no number yet. */
const given = (value: number | string): number | '' => (typeof value === 'number' ? value : '');

/** A text box for a person's words, limited to the length that the API accepts. */
import { Textarea, type TextareaProps } from '@mantine/core';

interface Props extends Omit<TextareaProps, 'value' | 'onChange'> {
  readonly value: string;
  readonly onWords: (words: string) => void;
}

export function WordsInput({ onWords, ...props }: Props) {
  return (
    <Textarea
      autosize
      minRows={2}
      maxLength={10_000}
      {...props}
      onChange={(event) => onWords(event.currentTarget.value)}
    />
  );
}

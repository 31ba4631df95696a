/** What a command printed. A terminal is loaded only for output that it alone can show. */
import { Code, ScrollArea } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { needsTerminal, plainOutput } from './plain-output.ts';

const Terminal = lazy(async () => ({ default: (await import('./terminal.tsx')).Terminal }));

interface Props {
  readonly text: string;
  readonly label: string;
  /** Without colors: a search opens many outputs at once. */
  readonly isPlain?: boolean;
}

export function Output({ text, label, isPlain = false }: Props) {
  const plain = <Plain text={text} label={label} />;
  if (isPlain || !needsTerminal(text)) return plain;
  return (
    <Suspense fallback={plain}>
      <Terminal text={text} label={label} />
    </Suspense>
  );
}

function Plain({ text, label }: Omit<Props, 'isPlain'>) {
  return (
    <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': label, role: 'region' }}>
      <Code block fz="xs" style={{ whiteSpace: 'pre-wrap' }}>
        {plainOutput(text)}
      </Code>
    </ScrollArea.Autosize>
  );
}

/** What a command printed. A terminal is loaded only for output that it alone can show. */
import { Code, ScrollArea } from '@mantine/core';
import { lazy, Suspense } from 'react';
import { needsTerminal, plainOutput } from './plain-output.ts';

const Terminal = lazy(async () => ({ default: (await import('./terminal.tsx')).Terminal }));

export function Output({ text, label = 'Output' }: { readonly text: string; readonly label?: string }) {
  if (!needsTerminal(text)) return <Plain text={text} label={label} />;
  return (
    <Suspense fallback={<Plain text={text} label={label} />}>
      <Terminal text={text} label={label} />
    </Suspense>
  );
}

export function Plain({ text, label }: { readonly text: string; readonly label: string }) {
  return (
    <ScrollArea.Autosize mah={420} type="auto" viewportProps={{ tabIndex: 0, 'aria-label': label, role: 'region' }}>
      <Code block fz="xs" style={{ whiteSpace: 'pre-wrap' }}>
        {plainOutput(text)}
      </Code>
    </ScrollArea.Autosize>
  );
}

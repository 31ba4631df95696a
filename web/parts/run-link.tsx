/** The way to a run in Temporal's Web UI, where the API knows it. */
import { Text } from '@mantine/core';
import { OutLink } from './link.tsx';

export function RunLink({ url }: { readonly url: string | null }) {
  if (url === null) return null;
  return (
    <Text size="sm" data-run>
      <OutLink href={url}>Run in Temporal</OutLink>
    </Text>
  );
}

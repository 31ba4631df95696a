/** An address that no page has. */
import { Stack, Text, Title } from '@mantine/core';
import { PageLink } from './link.tsx';

export function NotFound() {
  return (
    <Stack>
      <Title order={1}>There is no such page</Title>
      <Text>
        <PageLink to="/">See what waits for you</PageLink>, or search with ⌘K or Ctrl-K.
      </Text>
    </Stack>
  );
}

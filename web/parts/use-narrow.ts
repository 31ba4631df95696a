/** Whether the window is as narrow as a telephone: there a row of a table is a card. */
import { useMantineTheme } from '@mantine/core';
import { useMediaQuery } from '@mantine/hooks';

export function useNarrow(): boolean {
  const { breakpoints } = useMantineTheme();
  // Known at once, so that nothing is shown in one form and then in the other.
  return !useMediaQuery(`(min-width: ${breakpoints.sm})`, true, { getInitialValueInEffect: false });
}

/** A table that is scrolled sideways, by keys too, where there is no room for it. */
import { Table, type TableProps } from '@mantine/core';
import type { ReactNode } from 'react';

interface Props extends TableProps {
  /** In pixels; below it the table is scrolled. */
  readonly minWidth: number;
  /** The cells of the row above the body; left out, there is none. */
  readonly head?: ReactNode;
  /** The rows. */
  readonly children: ReactNode;
}

export function WideTable({ minWidth, head, children, ...table }: Props) {
  return (
    <Table.ScrollContainer minWidth={minWidth} scrollAreaProps={{ viewportProps: { tabIndex: 0 } }}>
      <Table {...table}>
        {head !== undefined && (
          <Table.Thead>
            <Table.Tr>{head}</Table.Tr>
          </Table.Thead>
        )}
        <Table.Tbody>{children}</Table.Tbody>
      </Table>
    </Table.ScrollContainer>
  );
}

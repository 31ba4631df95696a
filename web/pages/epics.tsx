/** All epics by state, newest first. */
import { SegmentedControl, Stack, Text, Title } from '@mantine/core';
import { useQuery } from '@tanstack/react-query';
import { useState } from 'react';
import { MOST_EPICS, newestEpics } from '../data/epics.ts';
import { EpicTable } from '../parts/epic-table.tsx';
import { stateWords } from '../parts/format.ts';
import { Read } from '../parts/read.tsx';

const ALL = 'ALL';
const STATES = ['PLANNING', 'IN_PROGRESS', 'BLOCKED', 'COMPLETED', 'FAILED', 'CANCELLED'];

export function Epics() {
  const epics = useQuery(newestEpics);
  const [state, setState] = useState(ALL);
  return (
    <Stack>
      <Title order={1}>Epics</Title>
      <Read of={epics} what="the epics">
        {(all) => {
          const number = (wanted: string) => all.filter((epic) => wanted === ALL || epic.state === wanted).length;
          const data = [ALL, ...STATES.filter((one) => number(one) > 0)].map((value) => ({
            value,
            label: `${value === ALL ? 'All' : stateWords(value)} ${number(value)}`,
          }));
          const shown = all.filter((epic) => state === ALL || epic.state === state);
          return (
            <>
              <SegmentedControl aria-label="State" data={data} value={state} onChange={setState} w="fit-content" />
              {all.length >= MOST_EPICS && (
                <Text c="dimmed">These are the newest {MOST_EPICS}; the search finds older ones.</Text>
              )}
              {shown.length === 0 ? <Text c="dimmed">There is none.</Text> : <EpicTable epics={shown} />}
            </>
          );
        }}
      </Read>
    </Stack>
  );
}

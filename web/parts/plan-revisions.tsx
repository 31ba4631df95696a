/** How a plan has changed: each revision with who made it and why, newest first. */
import { Card, List, Stack, Text, Title } from '@mantine/core';
import type { Plan } from '../data/plans.ts';
import { Ago } from './time.tsx';

export function PlanRevisions({ revisions }: Pick<Plan, 'revisions'>) {
  return (
    <Card withBorder component="section" aria-label="Revisions">
      <Stack gap="sm">
        <Title order={2} fz="md">
          Revisions
        </Title>
        {revisions.map(({ number, at, by, why, changes }) => (
          <div key={number} data-revision={number}>
            <Text size="sm">
              {number} · {by}, <Ago at={at} />: {why}
            </Text>
            <List size="sm">
              {changes.map((change) => (
                <List.Item key={change}>{change}</List.Item>
              ))}
            </List>
          </div>
        ))}
      </Stack>
    </Card>
  );
}

/** What was run on which commit: command, exit code, time, and the end of the output folded away. */
import { Accordion, Badge, Code, Group, Stack, Text } from '@mantine/core';
import { useState } from 'react';
import type { Evidence, Task } from '../data/tasks.ts';
import { Fold } from './fold.tsx';
import { count } from './format.ts';
import { Output } from './output.tsx';
import { byCommit } from './task-story.ts';
import { Ago } from './time.tsx';
import { shortSpan } from './turn-figures.ts';

const COLORS = { green: 'green', red: 'red', 'not all run': 'orange' } as const;

/** The latest commit is open, and those before it can be opened. */
export function EvidenceList({ evidence, unrun }: Pick<Task, 'evidence' | 'unrun'>) {
  const commits = byCommit(evidence, unrun);
  // Another factory.yaml was adopted on the way.
  const isUnderSeveral = new Set(evidence.flatMap(({ policyHash }) => policyHash ?? [])).size > 1;
  return (
    <Accordion multiple variant="contained" defaultValue={commits.slice(0, 1).map(({ commitSha }) => commitSha)}>
      {commits.map(({ commitSha, found, missing, verdict }) => (
        <Accordion.Item key={commitSha} value={commitSha} data-commit={commitSha}>
          <Accordion.Control>
            <Group gap="xs">
              <Code title={commitSha}>{commitSha.slice(0, 12)}</Code>
              <Badge color={COLORS[verdict]} variant="light" tt="none">
                {verdict}
              </Badge>
              <Text size="sm" c="dimmed">
                {missing.length === 0
                  ? count(found.length, 'check')
                  : `${found.length} of ${count(found.length + missing.length, 'check')}`}
              </Text>
            </Group>
          </Accordion.Control>
          <Accordion.Panel>
            <Stack gap="sm">
              {found.map((proof) => (
                <Proof
                  key={`${proof.check} ${proof.policyHash} ${proof.startedAt}`}
                  proof={proof}
                  showsPolicy={isUnderSeveral}
                />
              ))}
              {missing.length > 0 && <Text size="sm">Without a result: {missing.join(', ')}.</Text>}
            </Stack>
          </Accordion.Panel>
        </Accordion.Item>
      ))}
    </Accordion>
  );
}

function Proof({ proof, showsPolicy }: { readonly proof: Evidence; readonly showsPolicy: boolean }) {
  const [isOpen, setOpen] = useState(false);
  const { check, command, exitCode, output, verifiedBy, coveredBy, policyHash, startedAt, finishedAt } = proof;
  return (
    <Stack gap={4} data-check={check}>
      <Group gap="xs">
        <Badge color={exitCode === 0 ? 'green' : 'red'} variant="light" tt="none">
          {exitCode === 0 ? 'exit 0' : `exit ${exitCode}`}
        </Badge>
        <Text fw={600}>{check}</Text>
        <Code>{command}</Code>
      </Group>
      <Text size="xs" c="dimmed">
        {shortSpan(Date.parse(finishedAt) - Date.parse(startedAt))} · <Ago at={finishedAt} /> · by {verifiedBy}
        {coveredBy !== null && ` · verified together with others as ${coveredBy.slice(0, 12)}`}
        {showsPolicy && policyHash !== null && ` · under factory.yaml ${policyHash.slice(0, 8)}`}
      </Text>
      {output.trim() === '' ? (
        <Text size="sm" c="dimmed">
          It printed nothing.
        </Text>
      ) : (
        <Fold isOpen={isOpen} onToggle={() => setOpen(!isOpen)} summary={<Text size="sm">Output</Text>}>
          <Output text={output} label={`Output of ${check}`} />
        </Fold>
      )}
    </Stack>
  );
}

/** Acceptance criteria with their evidence: verdict, how it is known, commit, and the way to the reviewer's turn. */
import { Badge, Group, List, Text } from '@mantine/core';
import { type Criterion, knownWords, verdictWords } from '../../api/client/criterion-words.ts';
import { PageLink } from './link.tsx';
import { Markdown } from './markdown.tsx';
import { visibleText } from './visible-text.ts';

const COLORS = { met: 'green', not_met: 'red', not_checkable: 'yellow' } as const;

/** `asked`: a task that was not reviewed yet shows its criteria alone, since nobody could have checked them. */
export function Criteria({ criteria, asked }: { readonly criteria: readonly Criterion[]; readonly asked: boolean }) {
  return (
    <List spacing={4}>
      {criteria.map(({ criterion, judged }, index) => (
        // biome-ignore lint/suspicious/noArrayIndexKey: a plan may name one twice
        <List.Item key={index} data-criterion={index + 1} data-verdict={judged?.verdict ?? 'none'}>
          <Markdown text={criterion} />
          {(asked || judged !== null) && <Found judged={judged} />}
        </List.Item>
      ))}
    </List>
  );
}

function Found({ judged }: Pick<Criterion, 'judged'>) {
  return (
    <Group gap="xs">
      <Badge color={judged === null ? 'gray' : COLORS[judged.verdict]} variant="light" tt="none">
        {verdictWords(judged)}
      </Badge>
      {judged !== null && (
        <Text size="sm" c="dimmed" style={{ overflowWrap: 'anywhere' }}>
          {visibleText(knownWords(judged))}
        </Text>
      )}
      {typeof judged?.reviewer === 'string' && (
        <PageLink to="/agents/$agentId" params={{ agentId: judged.reviewer }} size="sm">
          The review
        </PageLink>
      )}
    </Group>
  );
}

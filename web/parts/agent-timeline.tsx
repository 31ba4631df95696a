/** The agents that worked on a task in the order in which they began, each with the way to its transcript. */
import { Group, Text, Timeline } from '@mantine/core';
import { answeredTurns } from '../../api/client/answered-turns.ts';
import { isFinal } from '../../api/client/epic-now.ts';
import type { Agent } from '../data/tasks.ts';
import { colorOf, count, money, span } from './format.ts';
import { PageLink } from './link.tsx';
import { Failure, Hold, State } from './state.tsx';
import { agentTitle } from './task-story.ts';
import { Ago, useNow } from './time.tsx';

export function AgentTimeline({ agents }: { readonly agents: readonly Agent[] }) {
  const now = useNow(1_000);
  return (
    <Timeline bulletSize={14} lineWidth={2} active={agents.length}>
      {agents.map((agent) => (
        <Timeline.Item
          key={agent.id}
          color={colorOf(agent.state)}
          data-agent={agent.id}
          title={
            <Group gap="xs">
              <PageLink to="/agents/$agentId" params={{ agentId: agent.id }} fw={600}>
                {agentTitle(agent)}
              </PageLink>
              <State state={agent.state} />
            </Group>
          }
        >
          <Text size="sm" c="dimmed">
            {count(answeredTurns(agent), 'turn')} · {money(agent.costUsd)} · {span(tookMs(agent, now))} · {agent.model}{' '}
            · began <Ago at={agent.startedAt} />
          </Text>
          {!isFinal(agent.state) && <Text size="sm">{agent.phase}</Text>}
          <Hold hold={agent.hold} />
          <Failure failure={agent.failure} />
        </Timeline.Item>
      ))}
    </Timeline>
  );
}

const tookMs = ({ startedAt, closedAt }: Agent, now: number): number =>
  (closedAt === null ? now : Date.parse(closedAt)) - Date.parse(startedAt);

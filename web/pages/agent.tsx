/** One agent: its transcript as a conversation, with what each turn read, wrote, cost and took. */
import { Group, Stack, Text, Title } from '@mantine/core';
import { type UseQueryResult, useQuery } from '@tanstack/react-query';
import { getRouteApi } from '@tanstack/react-router';
import { isFinal } from '../../api/client/epic-now.ts';
import { epicOf } from '../data/epics.ts';
import { type Agent, type Task, taskOf } from '../data/tasks.ts';
import type { Transcript } from '../data/transcript-pages.ts';
import { transcriptOf } from '../data/transcripts.ts';
import { AgentTotals } from '../parts/agent-totals.tsx';
import { DraftTurn } from '../parts/draft.tsx';
import { PageLink } from '../parts/link.tsx';
import { Read, Unread } from '../parts/read.tsx';
import { RunLink } from '../parts/run-link.tsx';
import { Failure, Hold, State } from '../parts/state.tsx';
import { actionsOf } from '../parts/task-actions.ts';
import { agentTitle } from '../parts/task-story.ts';
import { TranscriptView } from '../parts/transcript.tsx';
import { useDraft } from '../parts/use-draft.ts';

const route = getRouteApi('/agents/$agentId');

export function AgentPage() {
  const { agentId } = route.useParams();
  const transcript = useQuery(transcriptOf(agentId));
  return (
    <Stack gap="sm" maw={1400}>
      <Read of={transcript} what="the transcript">
        {(known) => <Conversation key={agentId} transcript={known} />}
      </Read>
    </Stack>
  );
}

function Conversation({ transcript }: { readonly transcript: Transcript }) {
  const { epicId, taskKey, forkedFrom } = transcript;
  const { turn } = route.useSearch();
  const navigate = route.useNavigate();
  const taskId = `${epicId}.${taskKey}`;
  const taskRead = useQuery({ ...taskOf(taskId), enabled: taskKey !== null });
  const epicRead = useQuery({ ...epicOf(epicId), enabled: taskKey === null });
  const task = taskRead.data;
  const agent = (task ?? epicRead.data)?.agents.find(({ id }) => id === transcript.id);
  const isOver = agent !== undefined && isFinal(agent.state);
  const { draft, opened, toggle } = useDraft(transcript.id, !isOver);
  const isStored = draft === undefined || draft.turn <= (transcript.turns.at(-1)?.turn ?? 0);
  const shownDraft = isStored || draft.blocks.length === 0 ? undefined : draft;
  const standing: UseQueryResult<unknown> = taskKey === null ? epicRead : taskRead;
  const canRewind =
    task !== undefined && actionsOf(task, undefined, []).includes('rewind') && isPresent(task, transcript);
  const isMissing =
    turn !== undefined && transcript.next === null && !transcript.turns.some((one) => one.turn === turn);
  return (
    <>
      <Unread of={standing} what="how the agent stands" />
      <Head transcript={transcript} agent={agent} title={task?.title} />
      {transcript.turns.length > 0 && <AgentTotals turns={transcript.turns} />}
      {forkedFrom !== null && (
        <Text size="sm">
          It goes on from{' '}
          <PageLink to="/agents/$agentId" params={{ agentId: forkedFrom.id }} search={{ turn: forkedFrom.turn }}>
            turn {forkedFrom.turn} of {forkedFrom.id}
          </PageLink>
          , where the task was taken back to.
        </Text>
      )}
      {isMissing && (
        <Text size="sm" c="var(--warning-text)" role="status">
          This transcript has no turn {turn}.
        </Text>
      )}
      {transcript.turns.length === 0 && transcript.briefs.length === 0 ? (
        <Text c="dimmed">
          {isOver ? 'It ended before anything was said.' : 'The first turn shows here while it is written.'}
        </Text>
      ) : (
        <TranscriptView
          transcript={transcript}
          turn={turn}
          onTurn={(wanted) => void navigate({ search: { turn: wanted }, replace: true, resetScroll: false })}
          isOver={isOver}
          opened={opened}
          isDrafting={shownDraft !== undefined}
          model={agent?.model}
          rewind={canRewind ? { taskId, turns: task.rewindTurns } : undefined}
        />
      )}
      <DraftTurn draft={shownDraft} opened={opened} toggle={toggle} />
      {transcript.next !== null && (
        <Text c="dimmed" role="status">
          Reading the turns after {transcript.next}…
        </Text>
      )}
    </>
  );
}

/** Turns of earlier Workers may have the same numbers. */
const isPresent = ({ agents }: Task, { purpose, attempt }: Transcript): boolean =>
  purpose === 'implement' && agents.every((other) => other.purpose !== purpose || other.attempt <= attempt);

interface HeadProps {
  readonly transcript: Transcript;
  readonly agent: Agent | undefined;
  readonly title: string | undefined;
}

function Head({ transcript, agent, title }: HeadProps) {
  const { id, epicId, taskKey } = transcript;
  return (
    <Stack gap={4}>
      <Text size="sm">
        {taskKey === null ? (
          <PageLink to="/epics/$epicId" params={{ epicId }}>
            Epic {epicId}
          </PageLink>
        ) : (
          <PageLink to="/tasks/$taskId" params={{ taskId: `${epicId}.${taskKey}` }}>
            {title ?? `Task ${taskKey}`}
          </PageLink>
        )}
      </Text>
      <Title order={1}>{agentTitle(transcript)}</Title>
      <Group gap="sm">
        {agent !== undefined && <State state={agent.state} />}
        {agent !== undefined && agent.phase !== '' && <Text size="sm">{agent.phase}</Text>}
        <Text size="sm" c="dimmed">
          {id}
          {agent === undefined ? '' : ` · ${agent.model}`}
        </Text>
        {agent !== undefined && <RunLink url={agent.temporalUrl} />}
      </Group>
      {agent !== undefined && <Hold hold={agent.hold} />}
      {agent !== undefined && <Failure failure={agent.failure} />}
    </Stack>
  );
}

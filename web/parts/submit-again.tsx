/** The way on from an epic that ended without its work: the form of a new one, filled in with what this one asked for. */
import { Button, Group, Text } from '@mantine/core';
import { useNavigate } from '@tanstack/react-router';
import { useState } from 'react';
import { draftLike } from '../data/epic-draft.ts';
import type { EpicItself } from '../data/epics.ts';
import { useNewEpicDraft } from '../data/new-epic.ts';
import { Confirm } from './confirm.tsx';

export function SubmitAgain({ epic }: { readonly epic: EpicItself }) {
  const [kept, setDraft] = useNewEpicDraft();
  const navigate = useNavigate();
  const [isSure, setSure] = useState(false);
  const isWriting = `${kept.title}${kept.description}`.trim() !== '';
  const fill = () => {
    setDraft(draftLike(epic));
    void navigate({ to: '/new' });
  };
  return (
    <Group gap="sm">
      <Button size="compact-sm" variant="default" onClick={() => (isWriting ? setSure(true) : fill())}>
        Submit it again
      </Button>
      <Text size="sm" c="dimmed">
        It has ended for good; a new epic can ask for the same. You can change it before it is sent.
      </Text>
      <Confirm
        opened={isSure}
        title="Write over the new epic?"
        words={`You have begun to write “${kept.title}” under New epic. What you wrote there is lost.`}
        action="Write over it"
        onClose={() => setSure(false)}
        onConfirm={fill}
      />
    </Group>
  );
}

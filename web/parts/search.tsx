/** The search over all pages (⌘K, Ctrl-K or /): pages, actions, epics, tasks, pull requests and agents. */
import { Text } from '@mantine/core';
import { useDebouncedValue } from '@mantine/hooks';
import { createSpotlight, Spotlight, useSpotlight } from '@mantine/spotlight';
import { useQuery } from '@tanstack/react-query';
import { useNavigate } from '@tanstack/react-router';
import { useLayoutEffect, useState } from 'react';
import { newestEpics } from '../data/epics.ts';
import { searchFor } from '../data/search.ts';
import { goTo } from './question.tsx';
import { type Hit, hitsOf } from './search.ts';
import { useCommands } from './use-commands.tsx';

const CALM_MS = 150;
const [store, spotlight] = createSpotlight();
export const openSearch = spotlight.open;

export function Search({ pages }: { readonly pages: readonly Hit[] }) {
  const [query, setQuery] = useState('');
  const [asked] = useDebouncedValue(query.trim(), CALM_MS);
  const { opened } = useSpotlight(store);
  const epics = useQuery({ ...newestEpics, enabled: opened });
  const search = useQuery(searchFor(asked));
  const navigate = useNavigate();
  const { commands, questions, send, dialog } = useCommands(opened);
  // An action leads somewhere, so the focus does not go back.
  const [isActing, setActing] = useState(false);
  const choose = ({ id, href, control }: Hit) => {
    setActing(true);
    if (control !== undefined) return send(control);
    const card = document.getElementById(id);
    if (card !== null) return goTo(card);
    if (href !== undefined) void navigate({ href });
  };
  const groups = hitsOf(query, {
    pages,
    epics: epics.data ?? [],
    commands,
    questions,
    found: search.data && { words: asked, answer: search.data },
  });
  const isAsking = search.isFetching || asked !== query.trim();
  useFirstSelected(groups.flatMap(({ hits }) => hits.map(({ id }) => id)).join('\n'));
  return (
    <>
      <Spotlight.Root
        store={store}
        returnFocus={!isActing}
        onSpotlightOpen={() => setActing(false)}
        query={query}
        onQueryChange={setQuery}
        scrollable
        maxHeight={480}
        shortcut="mod + K"
        tagsToIgnore={[]}
        attributes={{ content: { 'aria-label': 'Search' } }}
        styles={{ actionDescription: { color: 'inherit', opacity: 1 } }}
      >
        <Spotlight.Search placeholder="Search epics, tasks, pull requests, agents, or what to do" aria-label="Search" />
        <Spotlight.ActionsList>
          {groups.map(({ label, hits }) => (
            <Spotlight.ActionsGroup key={label} label={label}>
              {hits.map((hit) => (
                <Spotlight.Action
                  key={hit.id}
                  label={hit.label}
                  description={hit.description}
                  onClick={() => choose(hit)}
                />
              ))}
            </Spotlight.ActionsGroup>
          ))}
          {!isAsking && search.data !== undefined && search.data.more.length > 0 && (
            <Text size="sm" p="md" c="dimmed" role="note">
              More was found than is listed here; add words to narrow it.
            </Text>
          )}
          {(search.isError || groups.length === 0) && (
            <Text size="sm" p="md" role="status">
              {search.isError
                ? `Cannot search now: ${search.error.message}`
                : isAsking
                  ? 'Searching…'
                  : 'Nothing has these words.'}
            </Text>
          )}
        </Spotlight.ActionsList>
      </Spotlight.Root>
      {dialog}
    </>
  );
}

/** Selects the first of what is offered now: the kit marks the selected one in the page, and knows nothing of answers that come later. */
function useFirstSelected(ids: string): void {
  // biome-ignore lint/correctness/useExhaustiveDependencies: whenever something else is offered
  useLayoutEffect(() => {
    const offered = document.getElementById(store.getState().listId)?.querySelectorAll('[data-action]') ?? [];
    for (const one of offered) one.removeAttribute('data-selected');
    offered[0]?.setAttribute('data-selected', 'true');
    store.updateState((state) => ({ ...state, selected: 0 }));
  }, [ids]);
}

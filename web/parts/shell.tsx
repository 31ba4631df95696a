/** The frame of every page: where one can go, how many decisions wait, and how fresh all of it is. */

import {
  ActionIcon,
  Alert,
  AppShell,
  Badge,
  Box,
  Burger,
  Button,
  Group,
  Title,
  useMantineColorScheme,
} from '@mantine/core';
import { useDisclosure } from '@mantine/hooks';
import { useQuery } from '@tanstack/react-query';
import { Outlet, useLocation } from '@tanstack/react-router';
import { useEffect, useState } from 'react';
import { clockTime } from '../../api/client/clock-time.ts';
import { standstillWords } from '../../api/client/standstill.ts';
import { openRequests } from '../data/human-requests.ts';
import { wantsToken } from '../data/session.ts';
import { Keyboard } from './keyboard.tsx';
import { NavItem, PageLink } from './link.tsx';
import { useConnection } from './live.tsx';
import { PersonProvider, usePerson } from './person.tsx';
import { pageTitle, waitingWords } from './question.ts';
import { openSearch, Search } from './search.tsx';
import { SignIn } from './sign-in.tsx';
import { drawIcon } from './tab-icon.ts';
import { useNow } from './time.tsx';

const PAGES = [
  { to: '/', label: 'Home', about: 'What waits for you' },
  { to: '/epics', label: 'Epics', about: 'All epics by state' },
  { to: '/inbox', label: 'Inbox', about: 'Mail that agents sent to people' },
  { to: '/new', label: 'New epic', about: 'Write and submit one' },
  { to: '/issues', label: 'Issues', about: 'Of the tracker: what they became' },
  { to: '/lanes', label: 'Merge lanes', about: 'Who merges, who waits' },
  { to: '/fleet', label: 'Fleet', about: 'Hosts, agents at work, quotas, versions' },
] as const;

const FOUND = PAGES.map(({ to, label, about }) => ({ id: to, label, description: about, href: to }));

export function Shell() {
  return (
    <PersonProvider>
      <Frame />
    </PersonProvider>
  );
}

function Frame() {
  const [isOpen, { toggle, close }] = useDisclosure();
  const [isHelpOpen, setHelpOpen] = useState(false);
  const { pathname } = useLocation();
  const requests = useQuery(openRequests);
  const waiting = requests.isError ? undefined : requests.data?.length;
  const label = PAGES.find(({ to }) => to === pathname)?.label ?? nameIn(pathname);
  useEffect(() => {
    document.title = pageTitle(waiting, label === 'Home' ? '' : label);
    drawIcon(waiting);
  }, [waiting, label]);
  return (
    <AppShell
      header={{ height: 52 }}
      navbar={{ width: 190, breakpoint: 'sm', collapsed: { mobile: !isOpen } }}
      padding="md"
    >
      <AppShell.Header>
        <Group h="100%" px={{ base: 'xs', sm: 'md' }} gap="xs" justify="space-between" wrap="nowrap">
          <Group gap="xs" wrap="nowrap">
            <Burger opened={isOpen} onClick={toggle} hiddenFrom="sm" size="sm" aria-label="Pages" />
            <PageLink to="/" underline="never" c="inherit">
              <Title order={2} component="span" textWrap="nowrap">
                FactoryFactory
              </Title>
            </PageLink>
            <Group hiddenFrom="sm">
              <Waiting number={waiting} />
            </Group>
          </Group>
          <Group gap={6} wrap="nowrap">
            <Button variant="default" size="compact-sm" onClick={openSearch} visibleFrom="sm">
              Search
            </Button>
            <ActionIcon variant="subtle" aria-label="Search" onClick={openSearch} hiddenFrom="sm">
              ⌕
            </ActionIcon>
            <ActionIcon variant="subtle" aria-label="Keys" onClick={() => setHelpOpen(true)} visibleFrom="sm">
              ?
            </ActionIcon>
            <Freshness />
            <Box visibleFrom="xs">
              <Name />
            </Box>
            <Colors />
          </Group>
        </Group>
      </AppShell.Header>
      <AppShell.Navbar p="xs">
        {PAGES.map(({ to, label }) => (
          <NavItem
            key={to}
            to={to}
            label={label}
            onClick={close}
            active={pathname === to}
            rightSection={to === '/' ? <Waiting number={waiting} /> : undefined}
          />
        ))}
        <Box hiddenFrom="xs" mt="auto" p="xs">
          <Name />
        </Box>
      </AppShell.Navbar>
      <AppShell.Main>
        {wantsToken(requests.error) ? (
          <SignIn />
        ) : (
          <>
            <Lost />
            <AtStandstill />
            <Outlet />
          </>
        )}
      </AppShell.Main>
      <Search pages={FOUND} />
      <Keyboard isHelpOpen={isHelpOpen} onHelp={setHelpOpen} />
    </AppShell>
  );
}

/** The id of what the page is about, as it is written in the address. */
function nameIn(pathname: string): string {
  const [, , id = ''] = pathname.split('/');
  try {
    return decodeURIComponent(id);
  } catch {
    return id;
  }
}

function Waiting({ number }: { readonly number: number | undefined }) {
  if (number === 0) return null;
  return (
    <Badge
      size="sm"
      miw="max-content"
      color={number === undefined ? 'gray' : 'red'}
      aria-label={number === undefined ? 'It is not known what waits' : `${waitingWords(number)} waiting`}
      data-waiting={number ?? 'unknown'}
    >
      {number === undefined ? '?' : waitingWords(number)}
    </Badge>
  );
}

function Freshness() {
  const { state } = useConnection();
  const [color, words, short] =
    state === 'live'
      ? ['green', 'Live', 'Live']
      : state === 'lost'
        ? ['red', 'Not connected', 'Lost']
        : ['gray', 'Connecting', '…'];
  return (
    <Badge variant="dot" color={color} tt="none" miw="max-content" role="status" data-connection={state}>
      <Box component="span" visibleFrom="xs">
        {words}
      </Box>
      <Box component="span" hiddenFrom="xs">
        {short}
      </Box>
    </Badge>
  );
}

/** What is on screen stays; nobody should decide by it without knowing how old it is. */
function Lost() {
  const { state, since } = useConnection();
  return state === 'lost' ? <LostSince since={new Date(since)} /> : null;
}

function LostSince({ since }: { readonly since: Date }) {
  const now = useNow();
  return (
    <Alert
      color="red"
      mb="md"
      role="alert"
      title={`Not connected to the factory since ${clockTime(since, new Date(now))}`}
    >
      What you see is as of then and may have changed. If you decide now, the answer says whether it arrived. The page
      connects again by itself.
    </Alert>
  );
}

/** The API answers, and so does each read: that nothing goes on is seen nowhere else. */
function AtStandstill() {
  const { standstill } = useConnection();
  if (standstill === null) return null;
  const { title, words } = standstillWords(standstill);
  return (
    <Alert color="orange" mb="md" role="alert" title={title}>
      {words}
    </Alert>
  );
}

function Name() {
  const { name, rename } = usePerson();
  return (
    <Button variant="subtle" size="compact-sm" onClick={rename}>
      {name === '' ? 'Say who you are' : name}
    </Button>
  );
}

function Colors() {
  const { colorScheme, setColorScheme } = useMantineColorScheme();
  const next = colorScheme === 'dark' ? 'light' : 'dark';
  return (
    <ActionIcon variant="subtle" aria-label={`Use ${next} colors`} onClick={() => setColorScheme(next)}>
      ◐
    </ActionIcon>
  );
}

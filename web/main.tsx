/** The dashboard: its providers, around the router that chooses the page. */
import '@mantine/core/styles.css';
import '@mantine/notifications/styles.css';
import '@mantine/spotlight/styles.css';
import './base.css';
import { MantineProvider } from '@mantine/core';
import { Notifications } from '@mantine/notifications';
import { QueryClientProvider } from '@tanstack/react-query';
import { RouterProvider } from '@tanstack/react-router';
import { StrictMode } from 'react';
import { createRoot } from 'react-dom/client';
import { openEpics } from './data/epics.ts';
import { openRequests } from './data/human-requests.ts';
import { createQueries } from './data/queries.ts';
import { LiveProvider } from './parts/live.tsx';
import { router } from './router.tsx';
import { theme } from './theme.ts';

const queries = createQueries();
// Asked for before anything is drawn: on Home the answers are there once the frame is.
void queries.prefetchQuery(openRequests);
if (location.pathname === '/') void queries.prefetchQuery(openEpics);

createRoot(document.getElementById('root') as HTMLElement).render(
  <StrictMode>
    <QueryClientProvider client={queries}>
      <MantineProvider theme={theme} defaultColorScheme="auto">
        <LiveProvider>
          <RouterProvider router={router} />
        </LiveProvider>
        <Notifications position="bottom-right" />
      </MantineProvider>
    </QueryClientProvider>
  </StrictMode>,
);

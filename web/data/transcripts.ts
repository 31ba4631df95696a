/** The transcript of an agent: read whole once, then only what is new. */
import { queryOptions } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { joinPage, settledTurn, type Transcript } from './transcript-pages.ts';

const PAGE_TURNS = 50;

/** The pages that have come show while the rest is read; `next` is null once all of it has. */
export const transcriptOf = (id: string) =>
  queryOptions({
    queryKey: keys.transcript(id),
    queryFn: async ({ client, signal }): Promise<Transcript> => {
      let known = client.getQueryData<Transcript>(keys.transcript(id));
      let after = settledTurn(known);
      for (;;) {
        const params = { path: { id }, query: { after, limit: PAGE_TURNS } };
        known = joinPage(known, await dataOf(api.GET('/agents/{id}/transcript', { params, signal })), after);
        if (known.next === null) return known;
        after = known.next;
        client.setQueryData(keys.transcript(id), known);
      }
    },
  });

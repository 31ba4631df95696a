/** What agents write to people, the answers to it, and what people say to agents at work. */
import { notifications } from '@mantine/notifications';
import { queryOptions, useMutation, useQueryClient } from '@tanstack/react-query';
import type { Answer } from '../../api/client/index.ts';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { MOST } from './limits.ts';
import { vainNotice } from './notices.ts';

export type Mail = Answer<'Mail'>;
export type MailPage = Answer<'MailPage'>;

/** What people have not read, newest first. */
export const inbox = queryOptions({
  queryKey: keys.mail,
  queryFn: ({ signal }): Promise<MailPage> =>
    dataOf(api.GET('/mail', { params: { query: { limit: MOST.mails } }, signal })),
});

/** Answers it, or takes it out of the inbox without. Either takes its card away, so what became of it is told apart. */
export function useSettleMail(number: number) {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: ({ body, by }: { readonly body?: string; readonly by: string }) => {
      const params = { path: { number } };
      return body === undefined
        ? dataOf(api.POST('/mail/{number}/done', { params, body: { by } }))
        : dataOf(api.POST('/mail/{number}/reply', { params, body: { body, by } }));
    },
    onSuccess(reply, { body }) {
      const notice = vainNotice(reply);
      if (notice !== undefined) notifications.show(notice);
      else if (body !== undefined) notifications.show({ title: 'Answered', message: reply.message });
    },
    onSettled: () => queries.invalidateQueries({ queryKey: keys.mail }),
  });
}

/** To the Worker of a task, `<epic>.<key>`, or to all agents of an epic. */
export function useTell(id: string) {
  return useMutation({
    mutationFn: (body: { readonly text: string; readonly by: string }) => {
      const call = { params: { path: { id } }, body };
      return id.includes('.') ? dataOf(api.POST('/tasks/{id}/tell', call)) : dataOf(api.POST('/epics/{id}/tell', call));
    },
  });
}

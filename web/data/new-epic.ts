/** Submits an epic. */
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { type EpicDraft, inputOf } from './epic-draft.ts';

/** The draft's key makes it the same epic however often it is sent. */
export function useSubmit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: EpicDraft) =>
      dataOf(api.POST('/epics', { params: { header: { 'idempotency-key': draft.key } }, body: inputOf(draft) })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.epics }),
  });
}

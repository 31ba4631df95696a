/** A new epic: its draft, which this browser keeps, and submitting it. */
import { useLocalStorage } from '@mantine/hooks';
import { useMutation, useQueryClient } from '@tanstack/react-query';
import { api, dataOf } from './api.ts';
import { keys } from './changes.ts';
import { EMPTY_DRAFT, type EpicDraft, inputOf, readDraft } from './epic-draft.ts';

/** Gives the draft, a way to change it, and one to forget it. */
export const useNewEpicDraft = () =>
  useLocalStorage<EpicDraft>({
    key: 'factory-new-epic',
    defaultValue: EMPTY_DRAFT,
    getInitialValueInEffect: false,
    deserialize: readDraft,
  });

/** The draft's key makes it the same epic however often it is sent. */
export function useSubmit() {
  const queries = useQueryClient();
  return useMutation({
    mutationFn: (draft: EpicDraft) =>
      dataOf(api.POST('/epics', { params: { header: { 'idempotency-key': draft.key } }, body: inputOf(draft) })),
    onSuccess: () => queries.invalidateQueries({ queryKey: keys.epics }),
  });
}

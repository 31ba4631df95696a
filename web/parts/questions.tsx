/** Human requests in a list. One that takes the place of another, about a newer commit, is not answered by the same click. */
import { memo, useState } from 'react';
import type { HumanRequest } from '../data/human-requests.ts';
import { Question } from './question.tsx';
import { replacedCommit, subjectKey, withFirst } from './question-subjects.ts';

interface Props {
  readonly requests: readonly HumanRequest[];
  readonly showsEpic?: boolean;
}

export const Questions = memo(function Questions({ requests, showsEpic = true }: Props) {
  const [known, setSeen] = useState<ReadonlyMap<string, string>>(new Map());
  const seen = withFirst(known, requests);
  if (seen !== known) setSeen(seen);
  return requests.map((request) => {
    const before = replacedCommit(request, requests, seen);
    return (
      <Question
        key={`${request.epicId}/${request.requestId}/${request.headSha}`}
        request={request}
        showsEpic={showsEpic}
        {...(before === undefined
          ? {}
          : {
              replaces: before,
              onSeen: () => setSeen(new Map([...seen, [subjectKey(request), request.headSha ?? '']])),
            })}
      />
    );
  });
});

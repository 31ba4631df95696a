/** What rows know about a round that is about to open. */
import type { Database } from '../connection.ts';
import { readAnsweredQuestions } from './answered-questions.ts';
import { isWithin, readLineage } from './lineage.ts';
import { readTaskInput } from './plan.ts';

export interface BriefQuery {
  readonly transcript: string;
  readonly epicId: string;
  readonly taskKey: string | undefined;
  /** Whose evidence is wanted. */
  readonly commitSha: string | undefined;
}

/**
 * `told`: the kinds of the rounds that this transcript has had. `answered`: to agents of its task, for one that begins.
 * Undefined when there is no such transcript.
 */
export async function readBriefFacts(db: Database, { transcript, epicId, taskKey, commitSha }: BriefQuery) {
  const segments = await readLineage(db, transcript);
  if (segments.length === 0) return undefined;
  const [opened, told, epic, task, checks, answered] = await Promise.all([
    db.selectFrom('transcripts').select('attempt').where('id', '=', transcript).executeTakeFirstOrThrow(),
    db.selectFrom('briefs').select('kind').where(isWithin(segments)).execute(),
    db.selectFrom('epics').select(['title', 'description']).where('id', '=', epicId).executeTakeFirst(),
    taskKey === undefined ? undefined : readTaskInput(db, epicId, taskKey),
    commitSha === undefined || taskKey === undefined
      ? []
      : db
          .selectFrom('evidence')
          .select(['check_name as name', 'command', 'exit_code as exitCode', 'output'])
          .where('epic_id', '=', epicId)
          .where('task_key', '=', taskKey)
          .where('commit_sha', '=', commitSha)
          .orderBy('started_at')
          .execute(),
    taskKey === undefined ? [] : readAnsweredQuestions(db, { epicId, taskKey }),
  ]);
  return {
    attempt: opened.attempt,
    told: told.map(({ kind }) => kind),
    epicTitle: epic?.title,
    ...(epic === undefined ? {} : { epicDescription: epic.description }),
    task,
    checks,
    answered: told.length === 0 ? answered : [],
  };
}

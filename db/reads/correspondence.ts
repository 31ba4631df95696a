/** What the Orchestrator is told beside its mail: the plan as it stands, and what those who write were told and have changed. */
import { sql } from 'kysely';
import { taskOfAddress } from '../../workflows/contract/mail.ts';
import type { Database } from '../connection.ts';
import { readUnread } from './unread-mail.ts';

export interface PlannedNow {
  readonly key: string;
  readonly title: string;
  readonly description: string;
  readonly state: string;
  readonly phase: string;
  readonly dependsOn: readonly string[];
}

export interface Asker {
  readonly key: string;
  /** What its Worker was told last; null before its first round. */
  readonly brief: string | null;
  /** Files that it edited, of all its attempts; commands may have changed others. */
  readonly files: readonly string[];
}

export interface Correspondence {
  readonly plan: readonly PlannedNow[];
  readonly askers: readonly Asker[];
}

const MOST_ASKERS = 8;
const MOST_FILES = 100;

export async function readCorrespondence(db: Database, epicId: string, transcript: string): Promise<Correspondence> {
  const [unread, { rows: plan }] = await Promise.all([
    readUnread(db, { epicId, transcript, purpose: 'correspond' }),
    sql<PlannedNow>`
      select key, title, description, state, phase, array(
        select depends_on from task_dependencies where epic_id = tasks.epic_id and task_key = tasks.key order by 1
      ) as "dependsOn"
      from tasks where epic_id = ${epicId} order by position
    `.execute(db),
  ]);
  const keys = new Set(unread.flatMap(({ sender }) => taskOfAddress(sender) ?? []));
  const askers = await Promise.all([...keys].slice(0, MOST_ASKERS).map((key) => readAsker(db, epicId, key)));
  return { plan, askers };
}

async function readAsker(db: Database, epicId: string, key: string): Promise<Asker> {
  const { rows } = await sql<Omit<Asker, 'key'>>`
    with own as (
      select id, attempt from transcripts where epic_id = ${epicId} and task_key = ${key} and purpose = 'implement'
    )
    select
      (select body from briefs join own on own.id = briefs.transcript where round is not null
        order by attempt desc, turn desc limit 1) as brief,
      array(
        select distinct left(input ->> 'path', 300) as path from tool_calls join own on own.id = tool_calls.transcript
        where name = 'str_replace_based_edit_tool' and input ->> 'command' <> 'view' and input ->> 'path' is not null
        order by path limit ${MOST_FILES}) as files
  `.execute(db);
  const { brief = null, files = [] } = rows[0] ?? {};
  return { key, brief, files };
}

/** Whether there is mail to the Orchestrator that nobody has read. */
export async function hasOrchestratorMail(db: Database, epicId: string): Promise<boolean> {
  const { rows } = await sql`
    select from mail
    where epic_id = ${epicId} and kind = 'mail' and recipient = 'orchestrator' and lapsed_at is null
      and not exists (select from mail_deliveries where mail = mail.number)
    limit 1
  `.execute(db);
  return rows.length > 0;
}

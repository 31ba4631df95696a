/** LISTEN factory_changes: one line of JSON {table, epicId} a changed row, for live views. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create function notify_factory_change() returns trigger language plpgsql as $$
    begin
      perform pg_notify('factory_changes', json_build_object(
        'table', tg_table_name,
        'epicId', coalesce(to_jsonb(new) ->> 'epic_id', to_jsonb(new) ->> 'id'))::text);
      return null;
    end $$;

    create trigger epics_changed after insert or update on epics for each row execute function notify_factory_change();
    create trigger tasks_changed after insert or update on tasks for each row execute function notify_factory_change();
    create trigger agents_changed after insert or update on agents for each row execute function notify_factory_change();
    create trigger pull_requests_changed after insert or update on pull_requests for each row execute function notify_factory_change();
    create trigger human_requests_changed after insert or update on human_requests for each row execute function notify_factory_change();
    create trigger ledger_changed after insert or update on ledger for each row execute function notify_factory_change();
  `.execute(db);
}

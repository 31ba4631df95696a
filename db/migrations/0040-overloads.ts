/** Since when a model is overloaded, for those who may ask another one meanwhile. */
import { type Kysely, sql } from 'kysely';

export async function up(db: Kysely<unknown>): Promise<void> {
  await sql`
    create table model_overloads (
      provider text not null,
      model text not null,
      since timestamptz not null default now(),
      last_at timestamptz not null default now(),
      primary key (provider, model)
    );
  `.execute(db);
}

/** A model's overload: from the first call that met it to the first that was answered. */
import { sql } from 'kysely';
import type { Database } from '../connection.ts';

interface AskedModel {
  readonly provider: string;
  readonly model: string;
}

/** Notes another call that met it. After `forgetSeconds` without one it is a new overload. */
export async function writeOverload(
  db: Database,
  { provider, model, forgetSeconds }: AskedModel & { readonly forgetSeconds: number },
): Promise<void> {
  await sql`
    insert into model_overloads as known (provider, model) values (${provider}, ${model})
    on conflict (provider, model) do update set last_at = now(),
      since = case when known.last_at < now() - make_interval(secs => ${forgetSeconds}) then now() else known.since end
  `.execute(db);
}

/** The model has answered. */
export async function removeOverload(db: Database, { provider, model }: AskedModel): Promise<void> {
  await db.deleteFrom('model_overloads').where('provider', '=', provider).where('model', '=', model).execute();
}

/** Writes api/client/schema.ts from the API's own OpenAPI document; with `--verify` it only fails when the file differs. */
import { readFileSync, writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { Client, Connection } from '@temporalio/client';
import openapiTypescript, { astToString, type OpenAPI3 } from 'openapi-typescript';
import { buildServer } from '../api/server.ts';
import { connect } from '../db/connection.ts';

const file = join(import.meta.dirname, '..', 'api', 'client', 'schema.ts');
const HEADER =
  '/** The API as types: written by scripts/generate-api-client.ts from the OpenAPI document, not by hand. */\n\n';

// Kinds of definition that the document has none of.
const EMPTY_TYPE = /^export type \S+ = Record<string, never>;\n/gm;

export async function generateApiClient({ verify }: { verify: boolean }): Promise<void> {
  const types = astToString(await openapiTypescript(await readOpenApi()));
  const source = HEADER + types.replaceAll(EMPTY_TYPE, '');
  if (!verify) writeFileSync(file, source);
  else if (readFileSync(file, 'utf8') !== source) throw new Error('The API has other routes or types than its client');
}

/** Builds the server, which connects to nothing before the first request. */
export async function readOpenApi(): Promise<OpenAPI3> {
  const db = connect('postgres://nobody@localhost/nothing');
  const connection = Connection.lazy({});
  const temporal = new Client({ connection });
  const app = await buildServer({ db, temporal, allowedHosts: [], logLevel: 'silent' });
  await app.ready();
  const document = app.swagger();
  await app.close();
  await Promise.all([connection.close(), db.destroy()]);
  return document as OpenAPI3;
}

if (import.meta.main) await generateApiClient({ verify: process.argv.includes('--verify') });

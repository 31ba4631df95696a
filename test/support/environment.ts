/** What `node test/run.ts` tells the test files. */

/** A variable that the test run sets; without it the file was not started by test/run.ts. */
export function required(
  name: 'FACTORY_TEST_POSTGRES_URL' | 'FACTORY_TEMPORAL_CLI' | 'FACTORY_TEST_SERVER' | 'FACTORY_TEST_BUNDLE',
): string {
  const value = process.env[name];
  if (value === undefined) throw new Error(`${name} is not set; run tests with \`node test/run.ts <file…>\``);
  return value;
}

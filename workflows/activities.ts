/** The proxies, made once. Each call begins with its summary, which is what the Temporal Web UI shows. */
import { type ActivityOptions, proxyActivities } from '@temporalio/workflow';
import type {
  FactoryActivities,
  HostActivities,
  HostsActivities,
  ModelActivities,
  RecordActivities,
} from '../activities/index.ts';
import { summaryOf } from './contract/start-options.ts';
import {
  AWAITED_CLAIM,
  BRIEFLY_FACTORY,
  brieflyOnHostOptions,
  CLAIM_HOST,
  FACTORY,
  MODEL,
  onHostOptions,
  PATIENT_TRACKER,
  RECORD,
  TRACKER,
  TRANSFER,
} from './options.ts';

type Activity = (input: never) => Promise<unknown>;
/** The same activities with a summary in front of their input. */
export type Summarised<Activities> = {
  [Name in keyof Activities]: Activities[Name] extends (input: infer Input) => Promise<infer Result>
    ? (summary: string, input: Input) => Promise<Result>
    : never;
};

function summarised<Activities extends { [Name in keyof Activities]: Activity }>(
  proxy: unknown,
): Summarised<Activities> {
  type Call = { executeWithOptions(options: ActivityOptions, args: unknown[]): Promise<unknown> };
  return new Proxy({} as Summarised<Activities>, {
    get: (_, name) => (summary: string, input: unknown) =>
      (proxy as Record<string | symbol, Call>)[name]?.executeWithOptions({ summary: summaryOf(summary) }, [input]),
  });
}

export const factory = summarised<FactoryActivities>(proxyActivities<FactoryActivities>(FACTORY));
export const brieflyFactory = summarised<FactoryActivities>(proxyActivities<FactoryActivities>(BRIEFLY_FACTORY));
type Transfers = Pick<FactoryActivities, 'openEpic' | 'updateBase' | 'deliverResult'>;
/** Of the forge, what may take as long as the repository is large. */
export const transfers = summarised<Transfers>(proxyActivities<Transfers>(TRANSFER));
type Talk = Pick<FactoryActivities, 'tellIssue' | 'readIssue' | 'hearPeople'>;
/** What an epic does not wait for. */
export const tracker = summarised<Talk>(proxyActivities<Talk>(TRACKER));
export const patientTracker = summarised<Talk>(proxyActivities<Talk>(PATIENT_TRACKER));
export const model = summarised<ModelActivities>(proxyActivities<ModelActivities>(MODEL));
export const hosts = summarised<HostsActivities>(proxyActivities<HostsActivities>(CLAIM_HOST));
/** A cancelled claim ends only when it can be granted nothing any more. */
export const hostsAwaited = summarised<HostsActivities>(proxyActivities<HostsActivities>(AWAITED_CLAIM));
export const records = summarised<RecordActivities>(proxyActivities<RecordActivities>(RECORD));
export const onHost = (host: string) =>
  summarised<HostActivities>(proxyActivities<HostActivities>(onHostOptions(host)));
export const brieflyOnHost = (host: string) =>
  summarised<HostActivities>(proxyActivities<HostActivities>(brieflyOnHostOptions(host)));

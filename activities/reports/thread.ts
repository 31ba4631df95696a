/** The thread that reads one report: whatever is in it, the worker process goes on with its heartbeats. */
import { parentPort, workerData } from 'node:worker_threads';
import { type ReportTexts, readTexts } from './read-texts.ts';

parentPort?.postMessage(readTexts(workerData as ReportTexts));

/** The worker process's side of a kill plan: counts executions of activities and ends its own process by SIGKILL. */
import { appendFileSync, readFileSync } from 'node:fs';
import { join } from 'node:path';
import { type Kill, linesOf, newestPlan, type Plan } from './kill-plan.ts';

export interface Counted {
  readonly plan: string;
  readonly activity: string;
  /** Workflow id, run id and activity id; a retry has the same. */
  readonly execution: string;
}

const LOOK_MS = 50;
/** A record has ten seconds in all, and waiting for company must not be what ends it. */
const LONGEST_WAIT_MS = 6_000;

export function createExecutioner(folder: string) {
  let lastEvent = 0;
  let firstVictimAt: number | undefined;
  const victims: string[] = [];

  return {
    count(activity: string, execution: string): Counted {
      lastEvent = Date.now();
      const plan = newestPlan(folder);
      const file = join(plan, 'executions');
      const line = `${activity} ${execution}`;
      if (!linesOf(file).includes(line)) appendFileSync(file, `${line}\n`);
      return { plan, activity, execution };
    },

    /** Returns at once unless the plan wants this execution to die now; then it never returns. */
    async dieIfPlanned(counted: Counted, when: Kill['when']): Promise<void> {
      lastEvent = Date.now();
      const { plan } = counted;
      const { kills, gatherMs }: Plan = JSON.parse(readFileSync(join(plan, 'plan'), 'utf8'));
      const done = new Set([...linesOf(join(plan, 'deaths')).flatMap((line) => line.split(' ')), ...victims]);
      const kill = kills.find((one) => one.when === when && !done.has(one.name) && isMeant(one, counted));
      if (kill === undefined) return;
      victims.push(kill.name);
      if (gatherMs === 0) die(plan);
      if (firstVictimAt === undefined) {
        firstVictimAt = Date.now();
        setInterval(() => {
          const isQuiet = Date.now() - lastEvent > gatherMs;
          if (isQuiet || Date.now() - (firstVictimAt ?? 0) > LONGEST_WAIT_MS) die(plan);
        }, LOOK_MS);
      }
      await new Promise(() => {});
    },
  };

  function die(plan: string): void {
    appendFileSync(join(plan, 'deaths'), `${victims.join(' ')}\n`);
    process.kill(process.pid, 'SIGKILL');
  }
}

function isMeant({ activity, run, of }: Kill, { plan, ...counted }: Counted): boolean {
  if (activity !== counted.activity) return false;
  const isOf = (line: string) => of === undefined || belongsTo(line.split(' ')[1] ?? '', of);
  const executions = linesOf(join(plan, 'executions')).filter((line) => line.startsWith(`${activity} `) && isOf(line));
  return executions[run - 1] === `${activity} ${counted.execution}`;
}

function belongsTo(execution: string, of: string): boolean {
  const [epicId, taskKey] = of.split('.');
  const own = taskKey === undefined ? `epic-${epicId}/` : `epic-${epicId}/task-${taskKey}/`;
  return execution.startsWith(own) || execution.startsWith(`agent-${of}.`);
}

/** Scenarios of the scripted model that are only about commands. */
import { Scenario } from '../../local/model/scenario.ts';

const submitWork = { tool: 'submit_work', input: { summary: 'Done as asked.', commitMessage: 'Do {{task.key}}' } };

/** Epics by title, each with its tasks' keys: the Worker runs the command and hands in what it left behind. */
export const commandScenario = (epics: Readonly<Record<string, Readonly<Record<string, string>>>>): Scenario =>
  Scenario.parse({
    epics: Object.entries(epics).map(([title, tasks]) => ({
      title,
      tasks: Object.fromEntries(
        Object.entries(tasks).map(([key, command]) => [
          key,
          { implement: [[{ tools: [{ tool: 'bash', input: { command } }] }, { tools: [submitWork] }]] },
        ]),
      ),
    })),
  });

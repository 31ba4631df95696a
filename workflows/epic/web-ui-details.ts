/** An epic as Markdown for the Temporal Web UI: where it stands, what holds it, its tasks, what it asks. */
import type { End } from '../status.ts';
import { cell } from '../task/web-ui-details.ts';
import { openRequests } from './requests.ts';
import type { EpicData } from './state.ts';
import { failureOf } from './task-state.ts';

export function epicDetails(epicId: string, data: EpicData, { failure }: End): string {
  // Few columns: the panel is narrow.
  const rows = data.tasks.map((entry) => {
    const { task, state, phase, hold } = entry;
    const waits = hold?.reason ?? failureOf(entry)?.message ?? '';
    return `| **${task.key}** | ${state} | ${cell(phase)} | ${cell(waits)} |`;
  });
  const asks = openRequests(data.requests).map(
    (request) => `- **${cell(request.question)}** ${request.options.join(' | ')} (\`${request.requestId}\`)`,
  );
  const sandboxes = Object.entries(data.sandboxes ?? {}).map(([host, sandbox]) => `${cell(sandbox)} (${host})`);
  return [
    `**${cell(data.input.title)}** (${epicId}) ${data.state}: ${data.phase}`,
    data.hold && `Waits: ${cell(data.hold.reason)} (since ${data.hold.since})`,
    failure && `Failure: ${cell(failure.message)}`,
    rows.length > 0 && ['| task | state | phase | waits |', '|---|---|---|---|', ...rows].join('\n'),
    data.pullRequest && `Pull request #${data.pullRequest.number} ${data.pullRequest.state}: ${data.pullRequest.url}`,
    sandboxes.length > 0 && `Sandbox: ${sandboxes.join('; ')}`,
    asks.length > 0 && `**Waits for a person**\n${asks.join('\n')}`,
  ]
    .filter(Boolean)
    .join('\n\n');
}

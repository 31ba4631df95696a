/** The commands as help lists them. Knows none of their code, which is loaded when one of them runs. */

/** What follows the name, and the description. */
type Summary = readonly [usage: string, description: string];

export const GROUPS = {
  'Epics:': {
    submit: ['[file]', 'Submit an epic'],
    list: ['', 'List epics, newest first'],
    show: ['<id>', 'Show an epic, or a task with its evidence'],
    plan: [
      '<epic>',
      'Show the plan of an epic: what each task must achieve, and its last checks; `plan edit` changes it',
    ],
    watch: ['<epic>', 'Watch an epic until it ends; ends with 1 unless it completes'],
    logs: ['<id>', 'Show the decisions of an epic or task, or the transcript of an agent'],
    explain: ['<epic>', 'Explain what happened: who did and decided what, and why'],
    costs: ['<epic>', 'Show what an epic has cost, by purpose, task and attempt'],
    export: ['<epic>', 'Export everything that is recorded of an epic, with hashes, into one file'],
    'verify-export': ['<file>', 'Check an export against its hashes, the database and Temporal'],
    record: ['<epic>', 'Record what the agents of an epic asked the model and what it answered, to play it again'],
    search: ['<words...>', 'Find epics, tasks, agents and pull requests'],
    intake: ['', 'List the issues that were meant to become epics: which epic each became, or why it did not'],
  },
  'What waits for you:': {
    requests: ['[epic]', 'List what waits for a person, longest first'],
    diff: ['<epic>', 'Show the change that waits for you, pushed or not, or another one that you name'],
    approve: ['<epic>', 'Approve the plan, merge or change that waits for approval'],
    reject: ['<epic>', 'Reject it, with a comment that says what should be different'],
    inbox: ['', 'List the mail that agents sent to people'],
    mail: ['', 'Show a mail, answer it, or write to an agent'],
    answer: ['<epic> <request> <words...>', "Answer an agent's question, by one of its options or in your own words"],
    respond: ['<epic> <request> <decision>', 'Answer a request: `factory requests` lists them with their options'],
  },
  'Running epics:': {
    lanes: ['', 'List the merge lanes: for each branch who merges now, and who waits in which order'],
    add: ['<epic>', 'Add a task to a running epic'],
    tell: [
      '<id> <words>',
      'Tell the Worker of a task, or all Workers of an epic, something; each reads it before its next turn',
    ],
    pause: ['[epic]', 'Pause an epic, or with --all the whole factory: no new turn, task, push or merge'],
    resume: ['[epic]', 'Go on after a pause'],
    interrupt: ['<id>', 'End the command or model call that runs now for an epic or task; its agent goes on'],
    cancel: ['<id>', 'Cancel an epic or a task; worktrees with uncommitted work stay'],
    retry: ['<task>', 'Try a failed task again, with new attempts'],
    rewind: ['<task>', 'Take a task back to an earlier turn of its Worker, with its files'],
    skip: [
      '<task>',
      'Go on without a task that failed, waits or was cancelled; tasks that depend on it start all the same',
    ],
    budget: ['', 'Set what an epic or a task may cost, in USD or tokens'],
    repair: ['<epic>', 'Reset the workflows of an epic that are stuck because their history cannot be replayed'],
  },
  'This machine:': {
    hosts: ['', 'List the hosts that do tasks, and which take no more work'],
    fleet: ['', 'Show which task runs on which host, the agents at work with their latest line, quotas and limits'],
    demo: ['', 'Run an epic from nothing to merged code, on a stack of its own'],
    replay: [
      '<file>',
      'Run a recorded epic again without calling the model, and show the first turn that asks something else',
    ],
    setup: ['', 'Find or obtain everything that the factory needs on this machine'],
    doctor: ['', 'Look at this machine: show what is there, what is missing or wrong, and how to fix it'],
    start: ['', 'Run PostgreSQL, Temporal, a worker process and the API on this machine'],
    stop: ['', 'Stop the stack that runs in STATE_DIR'],
    attach: ['[id]', "Watch a task's terminal, read-only; detach with Ctrl-B D"],
  },
} as const satisfies Readonly<Record<string, Readonly<Record<string, Summary>>>>;

type Groups = typeof GROUPS;
export type CommandName = { [Title in keyof Groups]: keyof Groups[Title] }[keyof Groups];

const SUMMARIES: Readonly<Record<CommandName, Summary>> = Object.assign({}, ...Object.values(GROUPS));

export const usageOf = (name: CommandName): string => SUMMARIES[name][0];
export const summaryOf = (name: CommandName): string => SUMMARIES[name][1];

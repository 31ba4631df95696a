/** The code of a command, loaded when it is to run: most need little of it, and none needs that of the others. */
import type { Command } from 'commander';
import type { Io } from './command.ts';
import type { CommandName } from './command-list.ts';

type Create = (io: Io) => Command;

const answers = () => import('./commands/answer.ts');
const control = () => import('./commands/control.ts');
const mail = () => import('./commands/mail.ts');

const LOAD: Readonly<Record<CommandName, () => Promise<Create>>> = {
  submit: async () => (await import('./commands/submit.ts')).submitCommand,
  list: async () => (await import('./commands/list.ts')).listCommand,
  show: async () => (await import('./commands/show.ts')).showCommand,
  plan: async () => (await import('./commands/plan.ts')).planCommand,
  watch: async () => (await import('./commands/watch.ts')).watchCommand,
  logs: async () => (await import('./commands/logs.ts')).logsCommand,
  explain: async () => (await import('./commands/explain.ts')).explainCommand,
  costs: async () => (await import('./commands/costs.ts')).costsCommand,
  export: async () => (await import('./commands/export.ts')).exportCommand,
  'verify-export': async () => (await import('./commands/verify-export.ts')).verifyExportCommand,
  record: async () => (await import('./commands/record.ts')).recordCommand,
  search: async () => (await import('./commands/search.ts')).searchCommand,
  intake: async () => (await import('./commands/intake.ts')).intakeCommand,
  requests: async () => (await import('./commands/requests.ts')).requestsCommand,
  diff: async () => (await import('./commands/diff.ts')).diffCommand,
  approve: async () => (await answers()).approveCommand,
  reject: async () => (await answers()).rejectCommand,
  inbox: async () => (await mail()).inboxCommand,
  mail: async () => (await mail()).mailCommand,
  answer: async () => (await answers()).answerCommand,
  respond: async () => (await answers()).respondCommand,
  lanes: async () => (await import('./commands/lanes.ts')).lanesCommand,
  add: async () => (await import('./commands/add.ts')).addCommand,
  tell: async () => (await import('./commands/tell.ts')).tellCommand,
  pause: async () => (await control()).pauseCommand,
  resume: async () => (await control()).resumeCommand,
  interrupt: async () => (await control()).interruptCommand,
  cancel: async () => (await control()).cancelCommand,
  retry: async () => (await control()).retryCommand,
  rewind: async () => (await import('./commands/rewind.ts')).rewindCommand,
  skip: async () => (await control()).skipCommand,
  budget: async () => (await control()).budgetCommand,
  repair: async () => (await import('./commands/repair.ts')).repairCommand,
  hosts: async () => (await import('./commands/hosts.ts')).hostsCommand,
  fleet: async () => (await import('./commands/fleet.ts')).fleetCommand,
  demo: async () => (await import('./commands/demo.ts')).demoCommand,
  replay: async () => (await import('./commands/replay.ts')).replayCommand,
  setup: async () => (await import('./commands/setup.ts')).setupCommand,
  doctor: async () => (await import('./commands/doctor.ts')).doctorCommand,
  start: async () => (await import('./commands/start.ts')).startCommand,
  stop: async () => (await import('./commands/stop.ts')).stopCommand,
  attach: async () => (await import('./commands/attach.ts')).attachCommand,
};

export const loadCommand = async (name: CommandName, io: Io): Promise<Command> => (await LOAD[name]())(io);

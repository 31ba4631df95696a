/** Where each route of the API is found by people: its commands, and its pages. What has neither says why. */
import type { CommandName } from '../cli/command-list.ts';

export interface Place {
  /** Names of commands, or why there is none. */
  readonly commands: readonly CommandName[] | string;
  /** By the path of a page what is there, or why no page has it. `*` is every page. */
  readonly pages: Readonly<Record<string, string>> | string;
}

const QUESTIONS = {
  '/': 'each question',
  '/epics/$epicId': 'those of the epic',
  '/epics/$epicId/diff': 'those about the commit',
  '/tasks/$taskId': 'those about the task',
};
const HEALTH =
  'asked by what runs the API (`docker-compose.yml`, a load balancer); for people there is `factory doctor`';

export const PLACES: Readonly<Record<string, Place>> = {
  'POST /epics': { commands: ['submit'], pages: { '/new': 'Submit' } },
  'GET /epics': {
    commands: ['list'],
    pages: { '/': 'At work', '/epics': 'all by state', '/new': 'names of repositories' },
  },
  'GET /epics/{id}': {
    commands: ['show', 'watch'],
    pages: { '/epics/$epicId': 'all of it', '/tasks/$taskId': 'its epic' },
  },
  'GET /epics/{id}/plan': { commands: ['plan'], pages: { '/epics/$epicId/plan': 'all of it' } },
  'PUT /epics/{id}/plan': { commands: ['plan'], pages: { '/epics/$epicId/plan': 'Edit the plan' } },
  'GET /epics/{id}/log': { commands: ['logs'], pages: { '/epics/$epicId/log': 'all of it' } },
  'GET /epics/{id}/account': {
    commands: ['explain'],
    pages: { '/epics/$epicId/story': 'all of it' },
  },
  'GET /epics/{id}/export': {
    commands: ['export', 'verify-export'],
    pages: 'a file of any size that is made to be checked by a command, so it is made by one',
  },
  'GET /epics/{id}/recording': {
    commands: ['record'],
    pages: 'a file for `factory replay`, which is a command, so it is made by one',
  },
  'GET /epics/{id}/diff': { commands: ['diff'], pages: { '/epics/$epicId/diff': 'the files' } },
  'GET /epics/{id}/diff/patch': { commands: ['diff'], pages: { '/epics/$epicId/diff': 'an unfolded file' } },
  'GET /epics/{id}/costs': {
    commands: ['costs'],
    pages: { '/epics/$epicId/cost': 'all of it' },
  },
  'POST /epics/{id}/respond': {
    commands: ['answer', 'approve', 'reject', 'respond', 'plan'],
    pages: { ...QUESTIONS, '/epics/$epicId/plan': 'that about the plan, with changes' },
  },
  'PUT /epics/{id}/budget': {
    commands: ['budget'],
    pages: { '/epics/$epicId/cost': 'Set the cap' },
  },
  'POST /epics/{id}/tell': { commands: ['tell'], pages: { '/epics/$epicId': 'Tell all Workers' } },
  'POST /epics/{id}/pause': { commands: ['pause'], pages: { '/epics/$epicId': 'Pause' } },
  'POST /epics/{id}/resume': { commands: ['resume'], pages: { '/epics/$epicId': 'Resume' } },
  'GET /pause': {
    commands: ['list'],
    pages: 'each page says it at its top, from the events; the fleet, which has it too, is where it is changed',
  },
  'POST /pause': { commands: ['pause'], pages: { '/fleet': 'Pause everything' } },
  'POST /resume': { commands: ['resume'], pages: { '/fleet': 'Resume everything' } },
  'POST /epics/{id}/interrupt': {
    commands: ['interrupt'],
    pages: { '/epics/$epicId': 'Interrupt' },
  },
  'POST /epics/{id}/cancel': { commands: ['cancel'], pages: { '/epics/$epicId': 'Cancel' } },
  'POST /epics/{id}/tasks': { commands: ['add'], pages: { '/epics/$epicId': 'Add a task' } },
  'POST /epics/{id}/repair': {
    commands: ['repair'],
    pages: 'it resets histories, so it is for those who run the factory, at its terminal',
  },
  'GET /tasks/{id}': {
    commands: ['show'],
    pages: {
      '/tasks/$taskId': 'all of it',
      '/epics/$epicId/diff': 'reviews at their lines',
      '/agents/$agentId': 'its task',
    },
  },
  'POST /tasks/{id}/tell': { commands: ['tell'], pages: { '/tasks/$taskId': 'Tell the Worker' } },
  'POST /tasks/{id}/retry': { commands: ['retry'], pages: { '/tasks/$taskId': 'Try again' } },
  'POST /tasks/{id}/interrupt': { commands: ['interrupt'], pages: { '/tasks/$taskId': 'Interrupt' } },
  'POST /tasks/{id}/skip': { commands: ['skip'], pages: { '/tasks/$taskId': 'Skip' } },
  'POST /tasks/{id}/cancel': { commands: ['cancel'], pages: { '/tasks/$taskId': 'Cancel' } },
  'POST /tasks/{id}/rewind': {
    commands: ['rewind'],
    pages: { '/tasks/$taskId': 'Go back to a turn', '/agents/$agentId': 'Go back to here' },
  },
  'GET /agents/{id}/transcript': { commands: ['logs'], pages: { '/agents/$agentId': 'all of it' } },
  'GET /agents/{id}/live': {
    commands: 'a terminal shows the answer once it is stored, by `factory logs`',
    pages: { '/agents/$agentId': 'the turn that is being written' },
  },
  'GET /human-requests': {
    commands: ['requests'],
    pages: { '/': 'what waits, and what was decided', '*': 'the number that waits' },
  },
  'GET /mail': {
    commands: ['inbox'],
    pages: { '/inbox': 'all that waits', '/': 'the number that waits' },
  },
  'GET /mail/{number}': {
    commands: ['mail'],
    pages: 'a mail with its answers is read at a terminal; the inbox shows each mail whole',
  },
  'POST /mail/{number}/reply': { commands: ['mail'], pages: { '/inbox': 'Answer' } },
  'POST /mail/{number}/done': { commands: ['mail'], pages: { '/inbox': 'Put away' } },
  'POST /epics/{id}/mail': {
    commands: ['mail'],
    pages: 'what a person has to say to agents at work is told (`POST /epics/{id}/tell`), which counts more',
  },
  'GET /events': { commands: ['watch'], pages: { '*': 'keeps it fresh' } },
  'GET /lanes': { commands: ['lanes'], pages: { '/lanes': 'all of it' } },
  'GET /fleet': { commands: ['fleet'], pages: { '/fleet': 'all of it' } },
  'GET /hosts': {
    commands: ['hosts'],
    pages: '`/fleet` reads `GET /fleet`, which has the hosts with what is placed there',
  },
  'GET /intake': { commands: ['intake'], pages: { '/issues': 'all of it' } },
  'GET /search': { commands: ['search'], pages: { '*': 'the search' } },
  'POST /session': { commands: 'a command sends API_TOKEN with each call', pages: { '*': 'asks for the token' } },
  'DELETE /session': {
    commands: 'a command keeps no session',
    pages: { '*': 'Sign out, beside the name' },
  },
  'GET /health': {
    commands: HEALTH,
    pages: { '/fleet': 'What the factory needs' },
  },
  'GET /health/live': { commands: HEALTH, pages: 'every page says when the API does not answer' },
};

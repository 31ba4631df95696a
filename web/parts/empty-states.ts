/** What a page says where there is nothing: that it may still come, or that it never will. Pure. */

const NOTHING = {
  plan: {
    open: 'There is no plan yet; it is shown here once the tasks are known.',
    over: 'There is no plan: the epic ended before it was made.',
  },
  'plan in a list': { open: 'not planned yet', over: 'never planned' },
  repository: { open: 'repository not known yet', over: 'repository not known' },
  change: {
    open: 'No change was submitted yet; it is shown here as soon as there is one.',
    over: 'No change was submitted.',
  },
  call: { open: 'No model was called yet.', over: 'No model was called.' },
  decision: { open: 'Nothing was decided yet.', over: 'Nothing was decided.' },
  agent: {
    open: 'No agent has worked on it yet. The first one starts when the task has a host and a worktree.',
    over: 'No agent worked on it.',
  },
  check: { open: 'No check ran yet. Checks run when a Worker hands its work in.', over: 'No check ran.' },
} as const;

/** `isOver`: what it would belong to has ended. */
export const nothing = (what: keyof typeof NOTHING, isOver: boolean): string => NOTHING[what][isOver ? 'over' : 'open'];

/** The search attributes by which executions are found; a worker process registers those that are missing. */
import { defineSearchAttributeKey } from '@temporalio/common';

export const SEARCH_ATTRIBUTES = {
  state: defineSearchAttributeKey('FactoryState', 'KEYWORD'),
  phase: defineSearchAttributeKey('FactoryPhase', 'KEYWORD'),
  repository: defineSearchAttributeKey('FactoryRepository', 'KEYWORD'),
  issue: defineSearchAttributeKey('FactoryIssue', 'KEYWORD'),
  needsHuman: defineSearchAttributeKey('FactoryNeedsHuman', 'BOOL'),
  role: defineSearchAttributeKey('FactoryRole', 'KEYWORD'),
};

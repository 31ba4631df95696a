/**
 * What is asked of Linear, as GraphQL documents. A call costs by what it may answer (an object is 1 point, a field 0.1,
 * a connection all of it times `first`), so what is rarely needed is asked for on its own.
 */

export const ISSUE = /* GraphQL */ `
  query Issue($id: String!) {
    issue(id: $id) {
      id
      identifier
      url
      title
      description
      priority
      trashed
      archivedAt
      team { key }
      state { name type }
      parent { id identifier }
      labels(first: 30) { nodes { name } pageInfo { hasNextPage } }
      attachments(first: 30) { nodes { title url } pageInfo { hasNextPage } }
    }
  }
`;

export const COMMENTS = /* GraphQL */ `
  query Comments($id: String!, $after: String) {
    issue(id: $id) {
      comments(first: 50, after: $after) {
        nodes { id body createdAt parentId user { displayName app } externalUser { displayName } botActor { name } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

export const SUB_ISSUES = /* GraphQL */ `
  query SubIssues($id: String!, $after: String) {
    issue(id: $id) {
      children(first: 50, after: $after) {
        nodes {
          id
          identifier
          title
          description
          subIssueSortOrder
          state { type }
          inverseRelations(first: 20) { nodes { type issue { identifier } } pageInfo { hasNextPage } }
        }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

export const HISTORY = /* GraphQL */ `
  query History($id: String!, $after: String) {
    issue(id: $id) {
      history(first: 50, after: $after) {
        nodes { createdAt fromState { type } toState { type } }
        pageInfo { hasNextPage endCursor }
      }
    }
  }
`;

export const CHANGED = /* GraphQL */ `
  query Changed($filter: IssueFilter!, $after: String) {
    issues(filter: $filter, first: 250, after: $after, orderBy: updatedAt, includeArchived: true) {
      nodes { id updatedAt }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

export const COMMENTED = /* GraphQL */ `
  query Commented($filter: CommentFilter!, $after: String) {
    comments(filter: $filter, first: 250, after: $after) {
      nodes { id updatedAt issueId }
      pageInfo { hasNextPage endCursor }
    }
  }
`;

export const COMMENT = /* GraphQL */ `
  query Comment($filter: CommentFilter!) {
    comments(filter: $filter, first: 1) { nodes { id } }
  }
`;

export const CREATE_COMMENT = /* GraphQL */ `
  mutation CreateComment($input: CommentCreateInput!) {
    commentCreate(input: $input) { success }
  }
`;

export const STATES = /* GraphQL */ `
  query States($id: String!) {
    issue(id: $id) {
      id
      state { type }
      team { states(first: 50) { nodes { id type position } } }
    }
  }
`;

export const MOVE = /* GraphQL */ `
  mutation Move($id: String!, $stateId: String!) {
    issueUpdate(id: $id, input: { stateId: $stateId }) { success }
  }
`;

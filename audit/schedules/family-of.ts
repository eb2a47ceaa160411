/** The name of a task definition, without its revision. */

export const familyOf = (taskDefinition = ""): string | undefined =>
  /:task-definition\/([^:]+)/.exec(taskDefinition)?.[1];

/** PostgreSQL takes 63 bytes for a name; the readable part of a stack's name may be longer. */
const READABLE_CHARACTERS = 30;
const PROJECT_CHARACTERS = 36;

const ending = (stackName: string) => stackName.split("-").slice(-4);

/** The database of a drill on a server, by the name of its stack, so that it is found whatever became of the state. */
export function drillDatabaseName(stackName: string): string {
  const readable = stackName.slice(0, READABLE_CHARACTERS).replaceAll(/[^a-z0-9]+/g, "_");
  return [readable, ...ending(stackName)].join("_");
}

/** The Supabase project of a drill, by the name of its stack. */
export function drillProjectName(stackName: string): string {
  const readable = stackName.slice(0, PROJECT_CHARACTERS).replaceAll(/[^a-z0-9]+/g, "-");
  return [readable, ...ending(stackName)].join("-");
}

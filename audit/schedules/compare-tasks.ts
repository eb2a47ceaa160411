import type { ContainerDefinition, TaskDefinition } from "@aws-sdk/client-ecs";
import { SECRET_ENDING } from "../declared/mocked-resource.ts";
import { roleName } from "./role-name.ts";

/** What decides what a task does, and with what. */
export type AuditedTask = Pick<TaskDefinition, "containerDefinitions" | "taskRoleArn" | "executionRoleArn">;

/** What a task runs, in words that are the same for two tasks that run the same. */
export interface ComparedTasks {
  readonly declared: string;
  readonly actual: string;
}

/**
 * Image, command and role of two tasks; what else differs is told of the actual one by its name. Values are never
 * shown: a variable may hold what is secret.
 * @param isPlan whether the text of an actual HOLDFAST_PLAN is the plan that the task is to have
 */
export function compareTasks(
  declared: AuditedTask,
  actual: AuditedTask,
  isPlan: (text: string) => boolean,
): ComparedTasks {
  const differences = (declared.containerDefinitions ?? []).flatMap((own) => {
    const found = actual.containerDefinitions?.find(({ name }) => name === own.name);
    return found === undefined ? [`without container ${own.name}`] : ofContainer(own, found, isPlan);
  });
  const executor = roleName(actual.executionRoleArn);
  if (executor !== roleName(declared.executionRoleArn)) differences.push(`with execution role ${executor}`);
  return { declared: taskWords(declared), actual: [taskWords(actual), ...new Set(differences)].join(", ") };
}

function taskWords({ containerDefinitions = [], taskRoleArn }: AuditedTask): string {
  const runs = containerDefinitions.map(({ image, command = [] }) => `${image}: ${command.join(" ")}`);
  return `${roleName(taskRoleArn)} runs ${runs.join("; ")}`;
}

function ofContainer(
  own: ContainerDefinition,
  found: ContainerDefinition,
  isPlan: (text: string) => boolean,
): string[] {
  const isSameText = (one: string, other: string) => one === other;
  const isSameVariable = (one: string, other: string, name: string) =>
    name === "HOLDFAST_PLAN" ? isPlan(other) : one === other;
  return [
    ...(hasSameWords(own.entryPoint, found.entryPoint) ? [] : ["with another entry point"]),
    ...byName("variable", variables(own), variables(found), isSameVariable),
    ...byName("secret", secrets(own), secrets(found), isSameText),
    // Files of further variables lie in S3, where nobody here looks.
    ...(found.environmentFiles?.length ? ["with files of variables"] : []),
  ];
}

const hasSameWords = (one: readonly string[] = [], other: readonly string[] = []): boolean =>
  JSON.stringify(one) === JSON.stringify(other);

type Named = readonly [name: string, value: string];

const variables = ({ environment = [] }: ContainerDefinition): Named[] =>
  environment.map(({ name = "", value = "" }) => [name, value]);

/** The six letters at the end of a secret's ARN are AWS's to give. */
const secrets = ({ secrets: all = [] }: ContainerDefinition): Named[] =>
  all.map(({ name = "", valueFrom = "" }) => [
    name,
    valueFrom.replace(/(:secret:.+)-[A-Za-z0-9]{6}$/, `$1${SECRET_ENDING}`),
  ]);

function byName(
  what: string,
  declared: readonly Named[],
  actual: readonly Named[],
  isSame: (declared: string, actual: string, name: string) => boolean,
): string[] {
  const wanted = new Map(declared);
  const found = new Set(actual.map(([name]) => name));
  const missing = [...wanted.keys()].filter((name) => !found.has(name));
  return [
    ...missing.map((name) => `without ${what} ${name}`),
    // Of two values of one name, which counts is not ours to know: both are compared.
    ...actual.flatMap(([name, value]) => {
      const own = wanted.get(name);
      if (own === undefined) return [`with ${what} ${name} too`];
      return isSame(own, value, name) ? [] : [`with another ${what} ${name}`];
    }),
  ];
}

import { z } from "zod";
import { HoldfastError } from "../../plan/holdfast-error.ts";

/** What one run changes of a container. */
export interface ContainerOverride {
  readonly name: string;
  readonly command?: readonly string[];
  /** Beside what the definition sets, and before it. */
  readonly environment: Readonly<Record<string, string>>;
}

/** Bounds of CPU and memory are known, and have no meaning for a process of this machine. */
const Container = z.strictObject({
  name: z.string(),
  command: z.array(z.string()).optional(),
  environment: z.array(z.strictObject({ name: z.string(), value: z.string() })).default([]),
  cpu: z.number().optional(),
  memory: z.number().optional(),
  memoryReservation: z.number().optional(),
});

const Input = z.strictObject({
  containerOverrides: z.array(Container).default([]),
  cpu: z.string().optional(),
  memory: z.string().optional(),
});

/**
 * Reads the overrides of a run: the input of a schedule's target (`containerOverrides`), or those of a Step Functions
 * task, which writes the same with capitals (`ContainerOverrides`).
 * @param input text, object, or nothing
 * @throws HoldfastError TASK_INPUT_INVALID naming what is wrong or not known
 */
export function readOverrides(input: unknown): ContainerOverride[] {
  if (input === undefined || input === null || input === "") return [];
  const result = Input.safeParse(withSmallKeys(typeof input === "string" ? parseJson(input) : input));
  if (!result.success) throw invalid(z.prettifyError(result.error));
  return result.data.containerOverrides.map(({ name, command, environment }) => ({
    name,
    ...(command ? { command } : {}),
    environment: Object.fromEntries(environment.map((pair) => [pair.name, pair.value])),
  }));
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch (cause) {
    throw invalid("it is no JSON", cause);
  }
}

function withSmallKeys(value: unknown): unknown {
  if (Array.isArray(value)) return value.map(withSmallKeys);
  if (typeof value !== "object" || value === null) return value;
  const entries = Object.entries(value).map(([key, one]) => [
    key.charAt(0).toLowerCase() + key.slice(1),
    withSmallKeys(one),
  ]);
  return Object.fromEntries(entries);
}

function invalid(why: string, cause?: unknown): HoldfastError {
  return new HoldfastError({
    code: "TASK_INPUT_INVALID",
    message: `The input of the task cannot be read: ${why}`,
    hint: 'Write it as {"containerOverrides": [{"name": …, "command": […], "environment": [{"name": …, "value": …}]}]}.',
    exitCode: 2,
    cause,
  });
}

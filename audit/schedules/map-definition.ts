import { z } from "zod";

/** What is read of the definition of a map of projects; what else it has is kept. */
const shape = z.looseObject({
  Comment: z.string().optional(),
  States: z.looseObject({
    List: z.looseObject({
      Result: z.looseObject({
        tier: z.string(),
        projects: z.array(z.object({ project: z.string(), task: z.string() })),
      }),
    }),
    Projects: z.looseObject({ MaxConcurrency: z.number().optional() }),
  }),
});

export interface MapDefinition {
  readonly tier: string;
  /** By project: ARN of the task definition that is started for it. */
  readonly tasks: ReadonlyMap<string, string>;
  /** 0: no bound. */
  readonly concurrency: number;
  /** The states without the above, and without where tasks run, which no fact compares. */
  readonly states: unknown;
}

/** @returns undefined for the definition of anything else than a map of projects */
export function readMapDefinition(text: string | undefined): MapDefinition | undefined {
  const definition = shape.safeParse(jsonOf(text)).data;
  if (definition === undefined) return undefined;
  const { Comment: _, States, ...machine } = definition;
  const { List, Projects, ...others } = States;
  const { tier, projects, ...result } = List.Result;
  const { MaxConcurrency = 0, ...map } = Projects;
  return {
    tier,
    tasks: new Map(projects.map(({ project, task }) => [project, task])),
    concurrency: MaxConcurrency,
    states: withoutPlaces({ machine, others, list: { ...List, Result: result }, map }),
  };
}

function jsonOf(text = ""): unknown {
  try {
    return JSON.parse(text);
  } catch {
    return undefined;
  }
}

/** Subnets and security groups have names that only AWS gives. */
const withoutPlaces = (states: unknown): unknown =>
  JSON.parse(
    JSON.stringify(states, (key, value) => (/^(Subnets|SecurityGroups)$/.test(key) ? undefined : value)),
  );

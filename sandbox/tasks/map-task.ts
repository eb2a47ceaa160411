import { HoldfastError } from "../../plan/holdfast-error.ts";

type Json = null | boolean | number | string | readonly Json[] | { readonly [key: string]: Json };
type JsonMap = { readonly [key: string]: Json };

/** What one item of a Step Functions map starts. */
export interface MapTask {
  /** ARN or family of the task definition. */
  readonly taskDefinition: string;
  /** `Overrides` of the task, with everything of the item filled in. */
  readonly input: Json;
}

/**
 * What the map of a state machine starts for one item: its selector and the parameters of its `ecs:runTask` state,
 * with the paths in them (`"x.$": "$.project"`, `$$.Map.Item.Value`, `States.Array`, `States.Format`) resolved.
 * @param definition the state machine's, JSON
 * @throws HoldfastError MAP_UNSUPPORTED for a machine without such a map, and for any other expression, by its text
 * @see https://docs.aws.amazon.com/step-functions/latest/dg/state-map-distributed.html
 */
export function mapTask(definition: string, item: Json, index = 0): MapTask {
  const machine = JSON.parse(definition) as JsonMap;
  const map = states(machine).find(({ Type }) => Type === "Map");
  if (!map) throw unsupported("it has no state of the type Map");
  const context = { Map: { Item: { Index: index, Value: item } } };
  const input = map.ItemSelector === undefined ? item : fill(map.ItemSelector, item, context);
  const task = states(mapOf(map.ItemProcessor)).find(
    ({ Resource }) =>
      typeof Resource === "string" && /:ecs:runTask(\.sync|\.waitForTaskToken)?$/.test(Resource),
  );
  if (!task) throw unsupported("its map has no state that runs a task of ECS");
  const parameters = mapOf(fill(task.Parameters ?? {}, input, context));
  return { taskDefinition: String(parameters.TaskDefinition), input: parameters.Overrides ?? {} };
}

function states({ States, QueryLanguage }: JsonMap): JsonMap[] {
  if (QueryLanguage === "JSONata") throw unsupported("it is written in JSONata");
  return Object.values(mapOf(States)).map(mapOf);
}

/** The template with every `name.$` replaced by what its expression gives. */
function fill(template: Json, input: Json, context: Json): Json {
  if (isList(template)) return template.map((element) => fill(element, input, context));
  if (typeof template !== "object" || template === null) return template;
  const entries = Object.entries(template as JsonMap).map(([key, value]) =>
    key.endsWith(".$")
      ? [key.slice(0, -2), evaluate(String(value), input, context)]
      : [key, fill(value, input, context)],
  );
  return Object.fromEntries(entries) as Json;
}

function evaluate(expression: string, input: Json, context: Json): Json {
  const text = expression.trim();
  if (/^\$\$?(\.\w+)*$/.test(text)) return atPath(text, text.startsWith("$$") ? context : input);
  if (/^'(?:[^'\\]|\\.)*'$/.test(text)) return text.slice(1, -1).replaceAll(/\\(.)/g, "$1");
  if (/^-?\d+$/.test(text)) return Number(text);
  const call = /^States\.(Array|Format)\((.*)\)$/.exec(text);
  if (!call) throw unsupported(`the expression ${expression} is not known here`);
  const values = (call[2] ?? "").match(ARGUMENT)?.map((argument) => evaluate(argument, input, context)) ?? [];
  if (call[1] === "Array") return values;
  const [template, ...parts] = values;
  return String(template).replaceAll("{}", () => String(parts.shift() ?? ""));
}

/** A text, or anything up to the next comma. Calls within calls are not known here. */
const ARGUMENT = /'(?:[^'\\]|\\.)*'|[^,\s()]+/g;

function atPath(path: string, root: Json): Json {
  let value: Json | undefined = root;
  for (const step of path.split(".").slice(1)) value = mapOf(value)[step];
  if (value === undefined) throw unsupported(`the path ${path} leads to nothing`);
  return value;
}

function isList(value: Json): value is readonly Json[] {
  return Array.isArray(value);
}

function mapOf(value: Json | undefined): JsonMap {
  return typeof value === "object" && value !== null && !isList(value) ? (value as JsonMap) : {};
}

function unsupported(why: string): HoldfastError {
  return new HoldfastError({
    code: "MAP_UNSUPPORTED",
    message: `The state machine cannot be run on this machine: ${why}.`,
    hint: "A map over projects has an ItemProcessor with one ecs:runTask state, written with JSONPath.",
    exitCode: 2,
  });
}

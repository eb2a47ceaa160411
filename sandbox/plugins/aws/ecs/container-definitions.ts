import {
  isList,
  isMap,
  type PropertyMap,
  type PropertyValue,
} from "../../../engine/protocol/property-value.ts";
import { asSet, type Canonical } from "../canonical.ts";

/** Lists in a container definition whose order has no meaning. */
const SETS = new Set(["environment", "secrets", "mountPoints", "volumesFrom", "portMappings"]);

/** What ECS fills in where a definition says nothing. */
const DEFAULTS: PropertyMap = { essential: true, cpu: 0 };

/**
 * The definitions of containers, a JSON text: the same when the containers are, whatever ECS has filled in.
 * @see https://docs.aws.amazon.com/AmazonECS/latest/APIReference/API_ContainerDefinition.html
 */
export const asContainers: Canonical = (value) => {
  const parsed = typeof value === "string" ? parse(value) : undefined;
  return isList(parsed) ? parsed.map((one) => (isMap(one) ? canonicalContainer(one) : one)) : value;
};

function canonicalContainer(container: PropertyMap): PropertyMap {
  const entries = Object.entries({ ...DEFAULTS, ...container }).flatMap(([key, value]) => {
    const isEmpty = value === null || (isList(value) && value.length === 0);
    return isEmpty ? [] : [[key, SETS.has(key) ? asSet(sortedKeys(value)) : value] as const];
  });
  return Object.fromEntries(entries);
}

function sortedKeys(value: PropertyValue): PropertyValue {
  if (!isList(value)) return value;
  return value.map((one) =>
    isMap(one) ? Object.fromEntries(Object.entries(one).sort(([a], [b]) => (a < b ? -1 : 1))) : one,
  );
}

function parse(text: string): PropertyValue | undefined {
  try {
    return JSON.parse(text) as PropertyValue;
  } catch {
    return undefined;
  }
}

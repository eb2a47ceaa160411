import type { Endpoint } from "./endpoint.ts";

export interface Route {
  readonly endpoint: Endpoint;
  readonly parameters: Readonly<Record<string, string>>;
}

interface Node {
  readonly children: Map<string, Node>;
  /** A segment in braces. */
  any?: { readonly name: string; readonly node: Node };
  readonly endpoints: Map<string, Endpoint>;
}

const emptyNode = (): Node => ({ children: new Map(), endpoints: new Map() });

function addEndpoint(root: Node, endpoint: Endpoint): void {
  let node = root;
  for (const segment of endpoint.path.split("/").slice(1)) {
    const name = /^\{(.+)\}$/.exec(segment)?.[1];
    if (name !== undefined) {
      node.any ??= { name, node: emptyNode() };
      if (node.any.name !== name)
        throw new Error(`${endpoint.path}: {${name}} is {${node.any.name}} in other paths`);
      node = node.any.node;
      continue;
    }
    const next: Node = node.children.get(segment) ?? emptyNode();
    node.children.set(segment, next);
    node = next;
  }
  if (node.endpoints.has(endpoint.method))
    throw new Error(`${endpoint.method} ${endpoint.path} is defined twice`);
  node.endpoints.set(endpoint.method, endpoint);
}

function decode(segment: string): string {
  try {
    return decodeURIComponent(segment);
  } catch {
    return segment;
  }
}

/** Finds the endpoint of a method and path; a literal segment wins over one in braces. */
export function createRouter(
  endpoints: readonly Endpoint[],
): (method: string, path: string) => Route | undefined {
  const root = emptyNode();
  for (const endpoint of endpoints) addEndpoint(root, endpoint);

  const walk = (
    node: Node,
    segments: readonly string[],
    method: string,
    parameters: Record<string, string>,
  ): Route | undefined => {
    const [segment, ...rest] = segments;
    if (segment === undefined) {
      const endpoint = node.endpoints.get(method);
      return endpoint && { endpoint, parameters };
    }
    const literal = node.children.get(segment);
    const found = literal && walk(literal, rest, method, parameters);
    if (found || !node.any || segment === "") return found;
    return walk(node.any.node, rest, method, { ...parameters, [node.any.name]: decode(segment) });
  };
  return (method, path) => walk(root, path.split("/").slice(1), method, {});
}

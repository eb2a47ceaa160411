import Module from "node:module";

type Load = (
  this: unknown,
  request: string,
  parent?: { readonly filename?: string },
  isMain?: boolean,
) => object;

/**
 * Loaded into the processes that the engine starts (`node --import`): of what the SDK loads at its start, these two
 * are half of the time, and few programs come to use them, so they are loaded when something is first asked of them.
 * The compiler serializes functions, arborist finds the packages that a function needs.
 */
const LATE = new Set(["typescript", "@npmcli/arborist"]);
const loader = Module as unknown as { _load: Load };
const load = loader._load;

loader._load = function (request, parent, isMain) {
  if (!LATE.has(request) || !parent?.filename?.includes("@pulumi"))
    return load.call(this, request, parent, isMain);
  let loaded: object | undefined;
  const real = (): object => {
    loaded ??= load.call(this, request, parent, isMain);
    return loaded;
  };
  // Marked as a module of names, else its users would copy, and so load, all of them at once.
  return new Proxy({}, { get: (_, name) => name === "__esModule" || Reflect.get(real(), name) });
};

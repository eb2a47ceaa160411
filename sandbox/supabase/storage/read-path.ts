import { refusals, StorageRefusal } from "./storage-refusal.ts";

interface Named {
  readonly bucket: string;
  readonly key: string;
  /** Decoded, in the order of the request. */
  readonly query: readonly (readonly [string, string])[];
}

/** Where a request goes. */
export type StoragePath =
  | (Named & { readonly kind: "s3"; readonly path: string })
  | (Named & { readonly kind: "http"; readonly route: string });

const HTTP_ROUTES = ["sign", "public", "authenticated"];

function decode(text: string): string {
  try {
    return decodeURIComponent(text);
  } catch {
    throw refusals.invalidRequest("Malformed percent-encoding");
  }
}

function readQuery(text: string): [string, string][] {
  return text
    .split("&")
    .filter((field) => field !== "")
    .map((field) => {
      const equals = field.indexOf("=");
      const [name, value] = equals < 0 ? [field, ""] : [field.slice(0, equals), field.slice(equals + 1)];
      return [decode(name), decode(value)];
    });
}

function readNames(rest: string): { bucket: string; key: string } {
  const slash = rest.indexOf("/");
  if (slash < 0) return { bucket: decode(rest), key: "" };
  return { bucket: decode(rest.slice(0, slash)), key: decode(rest.slice(slash + 1)) };
}

/**
 * Splits a request's URL. Keys are taken literally: `//`, `..` and a leading slash are part of them.
 * @throws StorageRefusal InvalidRequest; not_found for anything outside `/storage/v1/{s3,object}`
 */
export function readPath(url: string, prefix: string): StoragePath {
  const question = url.indexOf("?");
  const path = question < 0 ? url : url.slice(0, question);
  const query = question < 0 ? [] : readQuery(url.slice(question + 1));
  const base = `${prefix}/storage/v1/`;
  const rest = path.startsWith(base) ? path.slice(base.length) : "";
  if (rest === "s3" || rest.startsWith("s3/"))
    return { kind: "s3", path, query, ...readNames(rest.slice("s3/".length)) };
  if (rest.startsWith("object/")) {
    const [first = ""] = rest.slice("object/".length).split("/", 1);
    const route = HTTP_ROUTES.includes(first) ? first : "";
    const names = rest.slice("object/".length + (route === "" ? 0 : route.length + 1));
    return { kind: "http", route, query, ...readNames(names) };
  }
  throw new StorageRefusal(404, "not_found", `Route ${path} not found`);
}

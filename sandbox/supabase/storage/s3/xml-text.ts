const ENTITIES: Readonly<Record<string, string>> = { "&": "&amp;", "<": "&lt;", ">": "&gt;", '"': "&quot;" };

/** Text that any XML reader gives back unchanged; control characters, which keys may hold, as references. */
export function escapeXml(text: string): string {
  // biome-ignore lint/suspicious/noControlCharactersInRegex: these are the characters to replace
  return text.replace(/[&<>"\u0000-\u001f\ufffe\uffff]/g, (found) => {
    return ENTITIES[found] ?? `&#x${found.charCodeAt(0).toString(16)};`;
  });
}

/** An element around text; nothing for an absent value. */
export function textElement(name: string, value: string | number | boolean | undefined): string {
  return value === undefined ? "" : `<${name}>${escapeXml(String(value))}</${name}>`;
}

/** An element around elements. */
export function element(name: string, ...children: readonly string[]): string {
  return `<${name}>${children.join("")}</${name}>`;
}

/** A whole answer. */
export function xmlDocument(name: string, ...children: readonly string[]): string {
  const namespace = name === "Error" ? "" : ' xmlns="http://s3.amazonaws.com/doc/2006-03-01/"';
  return `<?xml version="1.0" encoding="UTF-8"?>\n<${name}${namespace}>${children.join("")}</${name}>`;
}

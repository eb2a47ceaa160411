import { refusals } from "../storage-refusal.ts";

export interface XmlElement {
  /** Without a namespace's prefix. */
  readonly name: string;
  /** Own text, with its spaces; that of elements inside is theirs. */
  readonly text: string;
  readonly children: readonly XmlElement[];
}

const NAMED: Readonly<Record<string, string>> = { amp: "&", lt: "<", gt: ">", quot: '"', apos: "'" };
const DEEPEST = 16;
const TOKEN =
  /<!--[\s\S]*?-->|<\?[\s\S]*?\?>|<!\[CDATA\[([\s\S]*?)\]\]>|<\/([\w:.-]+)\s*>|<([\w:.-]+)(?:\s+[\w:.-]+\s*=\s*(?:"[^"<]*"|'[^'<]*'))*\s*(\/?)>|([^<]+)/y;

function decodeEntities(text: string): string {
  return text.replace(/&([^;&]*)(;?)/g, (_, name: string, end: string) => {
    const [, hex, decimal] = /^#(?:x([0-9a-f]{1,6})|(\d{1,7}))$/i.exec(name) ?? [];
    const point = hex ? Number.parseInt(hex, 16) : decimal ? Number(decimal) : -1;
    const character = point >= 0 && point <= 0x10ffff ? String.fromCodePoint(point) : NAMED[name];
    if (character === undefined || end === "") throw refusals.malformedXml();
    return character;
  });
}

const localName = (name: string): string => name.slice(name.lastIndexOf(":") + 1);

interface OpenElement {
  readonly name: string;
  readonly local: string;
  text: string;
  readonly children: OpenElement[];
}

const opened = (name: string): OpenElement => ({ name, local: localName(name), text: "", children: [] });

const closed = ({ local, text, children }: OpenElement): XmlElement => ({
  name: local,
  text,
  children: children.map(closed),
});

/**
 * Reads the small XML documents of S3 requests: elements, text, entities, CDATA. Attributes are passed over; a
 * document type, which could define entities, is refused.
 * @throws StorageRefusal MalformedXML
 */
export function parseXml(document: string): XmlElement {
  const top = opened("");
  const stack = [top];
  TOKEN.lastIndex = document.startsWith("\ufeff") ? 1 : 0;
  while (TOKEN.lastIndex < document.length) {
    const match = TOKEN.exec(document);
    const current = stack.at(-1);
    if (!match || !current) throw refusals.malformedXml();
    const [, cdata, end, start, empty, text] = match;
    if (start !== undefined) {
      const child = opened(start);
      current.children.push(child);
      if (empty !== "/") stack.push(child);
      if (stack.length > DEEPEST) throw refusals.malformedXml();
    } else if (end !== undefined) {
      if (current.name !== end || stack.length === 1) throw refusals.malformedXml();
      stack.pop();
    } else current.text += cdata ?? (text === undefined ? "" : decodeEntities(text));
  }
  const [root, ...more] = top.children;
  if (!root || more.length > 0 || stack.length > 1 || top.text.trim() !== "") throw refusals.malformedXml();
  return closed(root);
}

/** Text of the first child of this name. */
export function childText(parent: XmlElement, name: string): string | undefined {
  return parent.children.find((child) => child.name === name)?.text;
}

import assert from "node:assert/strict";
import fc from "fast-check";
import { childText, parseXml } from "../../../../../sandbox/supabase/storage/s3/parse-xml.ts";
import { element, textElement, xmlDocument } from "../../../../../sandbox/supabase/storage/s3/xml-text.ts";

describe("XML of S3 requests", () => {
  it("gives back what was written, whatever the text", () => {
    const text = fc.oneof(
      fc.string({ unit: "binary" }),
      fc.string({ unit: fc.constantFrom(..."&<>\"'; \t\r\n]]>") }),
    );
    fc.assert(
      fc.property(fc.array(text), (texts) => {
        const document = xmlDocument(
          "Delete",
          ...texts.map((key) => element("Object", textElement("Key", key))),
        );
        const { name, children } = parseXml(document);
        assert.equal(name, "Delete");
        assert.deepEqual(
          children.map((child) => childText(child, "Key")),
          texts,
        );
      }),
    );
  });

  it("is read with references, CDATA, comments, prefixes and attributes", () => {
    const document = `\ufeff<?xml version='1.0'?><!-- <Key/> -->
      <s3:Delete xmlns:s3="http://s3.amazonaws.com/doc/2006-03-01/" a='1'>
        <Object><Key>a&amp;b&#x41;&#66;&lt;&quot;&apos;</Key></Object>
        <Object><Key><![CDATA[<&amp;>]]> x </Key><Size/></Object>
      </s3:Delete>`;
    const { name, children } = parseXml(document);
    assert.equal(name, "Delete");
    assert.deepEqual(
      children.map((child) => childText(child, "Key")),
      ["a&bAB<\"'", "<&amp;> x "],
    );
    assert.equal(childText(children[1] ?? parseXml("<a/>"), "Size"), "");
  });

  it("is refused when it is broken or defines entities", () => {
    const broken = [
      "",
      "text",
      "<a>",
      "<a></b>",
      "<a/><b/>",
      "<a>&unknown;</a>",
      "<a>&#x110000;</a>",
      "<a>& b</a>",
      "<a b=c/>",
      "<a>1 < 2</a>",
      '<!DOCTYPE a [<!ENTITY e "x">]><a>&e;</a>',
      `${"<a>".repeat(40)}${"</a>".repeat(40)}`,
    ];
    for (const document of broken)
      assert.throws(() => parseXml(document), { code: "MalformedXML" }, document);
  });
});

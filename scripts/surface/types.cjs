"use strict";
const { parse } = require("@babel/parser");
const { readFileSync } = require("node:fs");
const { dirname, join } = require("node:path");

/**
 * What a declaration file exports: each name, each public member, and their signatures, such as `FrontDoor.rules: optional
 * readonly PolicyRule[]`. Signatures are texts: another type behind a name that is not exported does not show.
 *
 * @param file a `.d.ts` whose exports are all names of other files
 */
function exportsOf(file) {
  const lists = parsed(file).body.filter(({ type }) => type === "ExportNamedDeclaration");
  return lists.flatMap(({ source, specifiers }) =>
    specifiers.flatMap(({ local, exported }) => idsOf(fileOf(file, source), local.name, exported.name)),
  );
}

function parsed(file) {
  const source = readFileSync(file, "utf8");
  const { program } = parse(source, { sourceType: "module", plugins: [["typescript", { dts: true }]] });
  return { source, body: program.body };
}

const fileOf = (file, source) => join(dirname(file), `${source.value}.d.ts`);

/** The ids of what a file calls `name`. If it has that from another file, that one has the declaration. */
function idsOf(file, name, exported) {
  const { body, source } = parsed(file);
  const own = body.map((node) => node.declaration ?? node).filter((node) => node.id?.name === name);
  if (own.length > 0) return own.flatMap((node) => declarationIds(node, exported, source));
  for (const node of body.filter((each) => each.source)) {
    const found = node.specifiers.find(({ local, exported: to }) => (to ?? local).name === name);
    if (found) return idsOf(fileOf(file, node.source), (found.imported ?? found.local).name, exported);
  }
  throw new Error(`${file} does not declare ${name}`);
}

function declarationIds(node, name, source) {
  const text = ({ start, end }) => {
    const code = source.slice(start, end).replaceAll(/\/\*[\s\S]*?\*\//g, "");
    return code.replaceAll(/\s+/g, " ").replace(/;$/, "");
  };
  const { body } = node.body ?? {};
  if (!Array.isArray(body)) return [name, `${name}: ${text(node)}`];
  const bases = [node.superClass, ...(node.extends ?? []), ...(node.implements ?? [])].filter(Boolean);
  const members = body.filter(({ accessibility }) => accessibility === undefined || accessibility === "public");
  return [
    name,
    ...bases.map((base) => `${name}: extends ${text(base)}`),
    ...members.flatMap((member) => {
      const key = `${name}.${member.key ? text(member.key) : member.type}`;
      const signature = text(member).replace(/^(readonly |get )?[\w$]+\??:? ?/, "");
      return [key, `${key}: ${member.optional ? "optional " : ""}${signature}`];
    }),
  ];
}

module.exports = { exportsOf };

import { openApiDocument } from "../../../cli/openapi/document";
import { environmentFiles } from "../../../cli/synthesis/synthesis";
import { BASE, DEV, faults, intentsOf, problemsOf } from "../../support/config-folder";
import { stackOf } from "../../support/stack";

/** A name that every plain object inherits, and one of the same length and the same place in a sorted list. */
const [INHERITED, ORDINARY] = ["constructor", "constructed"];

/** A config in which everything that is not an id has this name. */
const naming = (name: string) => ({
  "base.yaml": BASE.replaceAll(/\bLOG_LEVEL\b/g, name).replaceAll("orders/write", `orders/${name}`),
  "dev.yaml": `${DEV}tags: { ${name}: ${name} }
services: { catalog: { routes: { "GET /${name}/{${name}}": { scopes: [catalog/${name}, ${name}] } } } }
clients: { export: { subject: null, claims: { ${name}: ${name} }, scopes: [catalog/${name}, ${name}] } }
`,
});

function outputsNaming(name: string): string {
  const [intent] = intentsOf(naming(name));
  if (intent === undefined) throw new Error("no intent");
  const document = openApiDocument(intent, { servers: [] });
  const text = JSON.stringify({ intent, files: environmentFiles(intent, stackOf(intent).json), document }, null, 1);
  return text.replaceAll(/[0-9a-f]{8,}|[A-Za-z0-9+/]{43}=/g, "#").replaceAll(name, ORDINARY);
}

test("a name that plain objects inherit is a name like any other", () => {
  expect(problemsOf(naming(INHERITED))).toEqual([]);
  expect(outputsNaming(INHERITED).split("\n")).toEqual(outputsNaming(ORDINARY).split("\n"));
});

test("no id is such a name, because cdktf has no construct of this name", () => {
  const base = BASE.replaceAll(/\bcatalog\b/g, INHERITED).replaceAll(/\bbatch\b/g, INHERITED);
  const ids = faults("", base.replaceAll(/\bpartner\b/g, INHERITED)).map((fault) => fault.split("  ")[0]);
  const names = ["issuers", "services", "clients"].map((map) => `${map}.${INHERITED}`);
  expect(ids).toEqual([...names, "clients.export.issuer"]);
  const files = { "base.yaml": BASE, "dev.yaml": DEV, [`${INHERITED}.yaml`]: "{}\n" };
  expect(problemsOf(files).map(({ file }) => file)).toEqual([`config/${INHERITED}.yaml`]);
});

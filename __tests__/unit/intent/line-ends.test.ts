import { cpSync, mkdtempSync, readdirSync, readFileSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { loadIntents } from "../../../intent/load";
import { parseDocument } from "../../../intent/schema/openapi/documents";
import { placesOf } from "../../../intent/schema/places";
import type { DocumentNode } from "../../../intent/source/document-node";
import { authorities } from "../../support/authorities";
import { BASE, DEV, loadFiles } from "../../support/config-folder";
import { ROOT } from "../../support/places";

const FIXTURES = join(ROOT, "__tests__/fixtures");
const folder = mkdtempSync(join(tmpdir(), "line-ends-"));
afterAll(() => rmSync(folder, { recursive: true }));

/** A text as git checks it out on Windows by default. */
const crlf = (text: string) => text.replaceAll("\n", "\r\n");

test("a config with CRLF gives the same intents, and names the same lines", () => {
  const lf = join(FIXTURES, "shop/config");
  cpSync(lf, folder, { recursive: true });
  for (const name of readdirSync(lf)) writeFileSync(join(folder, name), crlf(readFileSync(join(lf, name), "utf8")));
  const plain = loadIntents(lf);
  expect(plain.ok).toBe(true);
  expect(loadIntents(folder)).toEqual(plain);
  const lines = (configDir: string) =>
    ["issuers", "services", "clients"].map((key) => placesOf(configDir, "dev").at([key]));
  expect(lines(folder)).toEqual(lines(lf));
});

test("each value of an OpenAPI document with CRLF is the same, at the same place", () => {
  const values = (text: string) => {
    const { root, findings } = parseDocument("config/openapi/orders.yaml", text);
    return { findings, values: root === undefined ? [] : below(root) };
  };
  const names = readdirSync(join(FIXTURES, "openapi"), { recursive: true, encoding: "utf8" });
  for (const name of names.filter((each) => /\.ya?ml$/.test(each))) {
    const text = readFileSync(join(FIXTURES, "openapi", name), "utf8");
    expect([name, values(crlf(text))]).toEqual([name, values(text)]);
  }
});

function below(node: DocumentNode): readonly string[] {
  const own = `${node.origin.line}:${node.origin.column} ${node.kind} ${node.text ?? ""}`;
  return [own, ...[...node.entries].flatMap(([key, value]) => [key, ...below(value)]), ...node.items.flatMap(below)];
}

test("a trust store with CRLF gives the same stack", () => {
  const pem = authorities("root");
  const mutualTls =
    "gateway: { domain: { name: api.example.com, zoneId: Z0123456789EXAMPLE }, mutualTls: { truststore: ca.pem } }\n";
  const of = (content: string) => loadFiles({ "base.yaml": BASE, "dev.yaml": `${DEV}${mutualTls}`, "ca.pem": content });
  expect(of(pem)).toMatchObject({ ok: true });
  expect(of(crlf(pem))).toEqual(of(pem));
});

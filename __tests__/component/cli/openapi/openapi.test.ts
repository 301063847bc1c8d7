import { execFileSync } from "node:child_process";
import { chmodSync, mkdirSync, readFileSync, writeFileSync } from "node:fs";
import { join } from "node:path";
import { parse } from "yaml";
import { openApiDocument } from "../../../../cli/openapi/document";
import { declaredServers } from "../../../../cli/openapi/servers";
import { ProjectCopy } from "../../../support/command";
import { DOMAIN, httpWith, MUTUAL_TLS, restWith } from "../../../support/domains";
import { everythingOfRest } from "../../../support/everything";
import { ROOT } from "../../../support/places";
import { intentOf, intents } from "../../../support/shop";
import { variantOf } from "../../../support/variant";

let project: ProjectCopy;
beforeAll(() => {
  project = new ProjectCopy();
});
afterAll(() => project.remove());

function faultsOf(documents: readonly unknown[]): readonly (readonly string[])[] {
  const script = join(ROOT, "__tests__/support/openapi/validate.mjs");
  return JSON.parse(execFileSync(process.execPath, [script], { input: JSON.stringify(documents), encoding: "utf8" }));
}

test("two validators accept the document of every kind of front door, and refuse a broken one", () => {
  const disabled = Object.fromEntries(intentOf("dev").clients.map(({ id }) => [id, { disabled: true }]));
  const all = [
    ...intents(),
    everythingOfRest(),
    restWith({}),
    httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS }),
    variantOf("dev", { clients: disabled }),
    variantOf("dev", { services: { catalog: { routes: { "GET /images/{id}": "public" } } } }),
  ].map((intent) => openApiDocument(intent, { servers: declaredServers(intent) }));
  const broken = { ...all[0], info: { title: "without a version" } };
  const faults = faultsOf([...all, broken]);
  expect(faults.slice(0, -1)).toEqual(all.map(() => []));
  // One of each validator.
  expect(faults.at(-1)).toEqual([expect.stringContaining("'version'"), expect.stringContaining("`version`")]);
});

test("the command prints the document, the same at each run, and no more than config says", () => {
  const first = project.run(["openapi", "dev"]);
  expect(first).toMatchObject({ code: 0, error: "" });
  const intent = intentOf("dev");
  expect(JSON.parse(first.out)).toEqual(
    JSON.parse(JSON.stringify(openApiDocument(intent, { servers: declaredServers(intent) }))),
  );
  expect(project.run(["openapi", "dev"]).out).toBe(first.out);
  expect(first.out).not.toMatch(/secret|111122223333:role\/(?!nightly)|localhost/i);
});

test("it writes YAML to a file", () => {
  const { code, out } = project.run(["openapi", "dev", "--format", "yaml", "--out", "api/openapi.yaml"]);
  expect([code, out]).toEqual([0, ""]);
  expect(parse(readFileSync(project.path("api/openapi.yaml"), "utf8"))).toEqual(
    JSON.parse(project.run(["openapi", "dev"]).out),
  );
});

test("--deployed takes the URL from the state", () => {
  const terraform = project.path("terraform");
  const run = (url: string) => {
    const outputs = { api_url: url, services: {}, issuers: {}, clients: {} };
    const json = Object.fromEntries(Object.entries(outputs).map(([name, value]) => [name, { value }]));
    const script = `case $1 in version) echo '{"terraform_version":"1.13.0"}' ;; *) echo '${JSON.stringify(json)}' ;; esac`;
    writeFileSync(terraform, `#!/bin/sh\n${script}\n`);
    chmodSync(terraform, 0o755);
    return project.run(["openapi", "dev", "--deployed"], { TERRAFORM_BINARY_NAME: terraform });
  };
  expect(run("")).toMatchObject({ code: 1, out: "", error: expect.stringContaining("cdktf.out/ has no stack") });
  mkdirSync(project.path("cdktf.out/stacks/dev"), { recursive: true });
  const { code, out } = run("https://abc123.execute-api.eu-west-1.amazonaws.com/");
  expect(code).toBe(0);
  expect(JSON.parse(out).servers).toEqual([
    { url: "https://abc123.execute-api.eu-west-1.amazonaws.com", description: "The deployed front door." },
  ]);
  expect(run("http://127.0.0.1:8080/")).toMatchObject({ code: 1, out: "", error: expect.stringContaining("api_url") });
});

test("a wrong format and an unknown environment are refused", () => {
  expect(project.run(["openapi", "dev", "--format", "xml"])).toMatchObject({
    code: 64,
    out: "",
    error: expect.stringContaining("--format xml: expected one of json, yaml"),
  });
  expect(project.run(["openapi", "devv"])).toMatchObject({ code: 64, error: expect.stringContaining("dev?") });
});

import { diffAttributes, masked } from "../../../../packages/terraform-access-review/judge/value-diff";
import { testAll } from "../../../support/test-all";

const diff = (before: object, after: object, sets: readonly string[] = []) =>
  diffAttributes(before as Record<string, unknown>, after as Record<string, unknown>, sets);

test("a difference is reported at its deepest path", () => {
  expect(diff({ a: { b: 1, c: [1, { d: 2 }] } }, { a: { b: 1, c: [1, { d: 3 }] } })).toEqual([
    { path: "a.c[1].d", kind: "changed", before: 2, after: 3 },
  ]);
  expect(diff({ "a b": { "c.d": 1 } }, { "a b": { "c.d": 2 } })[0]?.path).toBe('["a b"]["c.d"]');
});

test("a set has no order; added and removed items are named", () => {
  expect(diff({ s: ["a", "b"] }, { s: ["b", "a"] }, ["s"])).toEqual([]);
  expect(diff({ s: ["a", "b"] }, { s: ["c", "b"] }, ["s"])).toEqual([
    { path: "s", kind: "added", after: "c" },
    { path: "s", kind: "removed", before: "a" },
  ]);
  expect(diff({ b: { s: [{ name: "x", v: 1 }] } }, { b: { s: [{ name: "x", v: 2 }] } }, ["b.s"])).toEqual([
    { path: "b.s[x].v", kind: "changed", before: 1, after: 2 },
  ]);
});

test("a list in place of a map is one change of the whole value", () => {
  expect(diff({ v: { a: 1 } }, { v: [1] })).toEqual([{ path: "v", kind: "changed", before: { a: 1 }, after: [1] }]);
});

test("the order of a list counts, and an inserted item does not change the items after it", () => {
  expect(diff({ l: ["a", "b"] }, { l: ["b", "a"] }).length).toBeGreaterThan(0);
  expect(diff({ l: ["a", "b", "c"] }, { l: ["a", "x", "b", "c"] })).toEqual([{ path: "l", kind: "added", after: "x" }]);
});

test("a text in place of a structure is another item, not a change of it", () => {
  const found = diff({ l: [{ a: 1 }] }, { l: ["a"] });
  expect(found.map(({ kind }) => kind).sort()).toEqual(["added", "removed"]);
});

test("JSON in a text is compared as JSON: statements by their Sid, lists of texts as sets", () => {
  const policy = (...actions: readonly string[]) =>
    JSON.stringify({ Statement: [{ Sid: "One", Action: actions, Effect: "Allow" }] });
  expect(diff({ policy: policy("a", "b") }, { policy: policy("b", "a") })).toEqual([]);
  expect(diff({ policy: policy("a") }, { policy: policy("a", "c") })).toEqual([
    { path: "policy.Statement[One].Action", kind: "added", after: "c" },
  ]);
});

testAll<[string, object, object]>([
  ["a sensitive attribute", { secret_string: "s3cr3t" }, { secret_string: "other" }],
  ["in JSON in a text", { secret_string_wo: '{"p":"s3cr3t"}' }, { secret_string_wo: '{"p":"x"}' }],
  ["nested JSON", { config: '{"inner":{"client_secret":"s3cr3t"}}' }, { config: '{"inner":{"client_secret":"x"}}' }],
  [
    "a variable",
    { environment: { variables: { DB_PASSWORD: "s3cr3t" } } },
    { environment: { variables: { DB_PASSWORD: "x" } } },
  ],
  ["a named item", { env: [{ name: "API_KEY", value: "s3cr3t" }] }, { env: [{ name: "API_KEY", value: "x" }] }],
  ["an item of a set", { env: [{ name: "TOKEN", value: "s3cr3t" }] }, { env: [] }],
  ["a whole new block", {}, { environment: { variables: { SECRET_KEY: "s3cr3t" } } }],
  ["a private key under any name", { note: "x" }, { note: "-----BEGIN PRIVATE KEY-----s3cr3t" }],
  ["a token under any name", { note: "x" }, { note: "eyJhbGciOiJub25lIn0.eyJzM2NyM3QiOjF9s3cr3t" }],
])("%s is hidden", (_, before, after) => {
  const changes = diff(before, after, ["env"]);
  expect(changes.length).toBeGreaterThan(0);
  expect(JSON.stringify(changes)).not.toContain("s3cr3t");
  expect(JSON.stringify(changes)).toMatch(/hidden/);
});

test("names and references of secrets are shown", () => {
  const shown = { secret_id: "b", access_token_validity: 2, token_validity_units: "hours", client_id: "${aws_x.y.id}" };
  expect(JSON.stringify(masked(shown))).not.toContain("hidden");
  const policy = (role: string) =>
    JSON.stringify({
      Statement: [{ Sid: "S", Condition: { ArnNotEquals: { "secretsmanager:ResourceTag/x": role } } }],
    });
  expect(diff({ policy: policy("a") }, { policy: policy("b") })).toEqual([
    {
      path: 'policy.Statement[S].Condition.ArnNotEquals["secretsmanager:ResourceTag/x"]',
      kind: "changed",
      before: "a",
      after: "b",
    },
  ]);
});

test("Envoy's configuration is shown even if it is in a secret, but fields in it with a secret's name are hidden", () => {
  const text = (value: unknown) => JSON.stringify({ static_resources: { listeners: [value] } });
  const shown = diffAttributes({ secret_data: text({ port: 1 }) }, { secret_data: text({ port: 2 }) });
  expect(shown).toEqual([
    { path: "secret_data.static_resources.listeners[0].port", kind: "changed", before: 1, after: 2 },
  ]);
  const inner = diffAttributes({ secret_data: text({ api_key: "a" }) }, { secret_data: text({ api_key: "b" }) });
  const other = diffAttributes({ secret_data: text({ port: 1 }) }, { secret_data: "hunter2" });
  expect(JSON.stringify([inner, other])).not.toMatch(/"(a|b|hunter2)"/);
  expect(other).toEqual([{ path: "secret_data", kind: "hidden" }]);
});

test("a program's configuration in one of its arguments is compared as JSON", () => {
  const args = (port: number) => ({ args: ["--config-yaml", JSON.stringify({ port }), "--concurrency", "1"] });
  expect(diffAttributes(args(1), args(2))).toEqual([{ path: "args[1].port", kind: "changed", before: 1, after: 2 }]);
});

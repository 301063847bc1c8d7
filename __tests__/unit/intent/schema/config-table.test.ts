import { configTable } from "../../../../intent/schema/config-table";
import { testAll } from "../../../support/test-all";

const rows = configTable().split("\n");
const row = (key: string) => rows.find((line) => line.startsWith(`| \`${key}\` `));

test("the table has a Markdown header, and each row has four cells", () => {
  expect(rows.slice(0, 2)).toEqual(["| key | type | default | meaning |", "| --- | --- | --- | --- |"]);
  expect(rows.slice(2, -1).every((line) => line.split(/(?<!\\)\|/).length === 6)).toBe(true);
});

testAll([
  ["name", "| text | **required** |"],
  ["handshake", '| `federated` or `shared-issuer` | `"federated"` |'],
  ["gateway.authorizerCacheSeconds", "| whole number 0-300 | `60` |"],
  ["gateway.cors", "| map |  |"],
  ["issuers.<id>.kind", "| `cognito` or `oidc` or `aws-iam` | **required** |"],
  ["issuers.<id>.domainPrefix", "| text | **required** with `kind: cognito` |"],
  ["issuers.<id>.audiences", "| list of text | **required** with `kind: oidc` |"],
  ["issuers.<id>.grants", '| `subjects` or `token` | `"subjects"` with `kind: oidc` |'],
  ["issuers.<id>.scopeClaim", '| text or list of text | `"scope"` with `grants: token` |'],
  ["services.<id>.routes.<METHOD /path>.scopes", "| list of (text or map) or map |  |"],
  ["services.<id>.routes.<METHOD /path>.scopes.allOf", "| list of text | **required** |"],
  ["services.<id>.secrets.<VARIABLE>.version", "| whole number from 1 or `latest` |  |"],
  ["clients.<id>.callbackUrls", "| list of text | **required** with `grant: authorization_code` |"],
  ["clients.<id>.subject", "| text |  with `grant: external` |"],
  ["clients.<id>.previousName", "| text |  with `grant: authorization_code` or `grant: client_credentials` |"],
  ["clients.<id>.scopes", "| list of text | **required** |"],
  ["logs.retentionDays", "| one of `1`, `3`, `5`,"],
  ["protect", "| true or false | `true` |"],
])("the row of %s is %s", (key, cells) => {
  expect(row(key)).toContain(cells);
});

test("each key has one row with a description", () => {
  const keys = rows.slice(2, -1).map((line) => line.split("`")[1]);
  expect(new Set(keys).size).toBe(keys.length);
  expect(rows.slice(2, -1).filter((line) => line.endsWith("|  |"))).toEqual([]);
});

test("no cell contains undefined", () => {
  expect(rows.filter((line) => line.includes("undefined"))).toEqual([]);
});

test("no cell contains text that Markdown would read as a tag", () => {
  expect(rows.filter((line) => /<(?![^`]*`)/.test(line.replace(/`[^`]*`/g, "")))).toEqual([]);
});

import type { Intent } from "../../../../../intent/model/intent";
import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { LocalGateway } from "../../../../../packages/local-front-door/gateway/http/http-gateway";
import type { TerraformDocument } from "../../../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../../../packages/local-front-door/terraform/stack";
import { LocalTrace } from "../../../../../packages/local-front-door/trace/trace";
import { AUDITORS, auditedDev, auditedPreview, auditedRest } from "../../../../support/auditors";
import { SynthesizedEnvironments } from "../../../../support/local/environments";
import { type Synthesized, stackOf } from "../../../../support/stack";

interface Query {
  readonly name: string;
  readonly log_group_names: readonly string[];
  readonly query_string: string;
}

const queriesOf = (stack: Synthesized) =>
  Object.values(stack.all("aws_cloudwatch_query_definition")) as unknown as readonly Query[];
const groupsOf = ({ log_group_names }: Query) =>
  log_group_names.map((text) => text.replace(/^\$\{aws_cloudwatch_log_group\.(\w+)\.name\}$/, "$1"));

const WORDS = /^(stats|filter|sort|by|as|and|or|not|in|asc|desc|count|max|bin|ispresent|\d+d)$/;

/** Every field that a query reads: what is neither a text, nor a word of the language, nor a name it gives itself. */
function fieldsOf({ query_string }: Query): string[] {
  const bare = query_string.replaceAll(/"[^"]*"/g, "");
  const given = [...bare.matchAll(/ as (\w+)/g)].map(([, name]) => name);
  const words = [...bare.matchAll(/@?[A-Za-z_][\w.]*|\d+d/g)].map(([word]) => word);
  return [
    ...new Set(words.filter((word) => !WORDS.test(word) && !given.includes(word) && !word.startsWith("@"))),
  ].sort();
}

test("the test's own reader finds the fields of a query", () => {
  const query_string =
    'filter a not in ["x"] and b.c != "y"\n| stats count(*) as n, max(@timestamp) as t by d, bin(1d) as e\n| sort n desc';
  expect(fieldsOf({ name: "", log_group_names: [], query_string })).toEqual(["a", "b.c", "d"]);
});

/** Lines as this machine's front door writes them, by the Terraform name of their log group. */
type Lines = Readonly<Record<string, readonly string[]>>;

const stops: (() => unknown)[] = [];
afterAll(async () => {
  for (const stop of stops.splice(0).reverse()) await stop();
});

/** A public route, one that wants a token, and one that there is not. */
async function callAll(url: string) {
  for (const path of ["/products", "/orders", "/nowhere"]) await (await fetch(`${url}${path}`)).text();
  await (await fetch(`${url}/orders`, { headers: { authorization: "Bearer junk" } })).text();
}

/** A good token of a client that the route's scopes are not given to. */
async function ofWeb({ stack, issuers }: Clouds): Promise<string | undefined> {
  const web = stack.all("aws_cognito_user_pool_client").find(({ name }) => name === "web");
  const client_id = web && stack.text(web, "id");
  return issuers.get("customers")?.token({ sub: "ann", client_id, token_use: "access", scope: "" });
}

async function linesOf(intent: Intent, access: string): Promise<Lines> {
  const environments = new SynthesizedEnvironments([intent.environment], () => intent);
  stops.push(() => environments.remove());
  const lines: string[] = [];
  const onAccessLogLine = (line: string) => lines.push(line);
  if (intent.handshake === "shared-issuer") {
    const stack = Stack.of(environments.document(intent.environment) as unknown as TerraformDocument, "/nowhere");
    const noHost = () => Promise.reject(new Error("no host is asked here"));
    const gateway = new LocalGateway(stack, [], noHost, new LocalTrace(), { onAccessLogLine });
    stops.push(() => gateway.stop());
    await callAll(await gateway.start());
    return { [access]: lines };
  }
  const clouds: Clouds = await environments.startWith(intent.environment, { onAccessLogLine });
  stops.push(() => clouds.stop());
  await callAll(clouds.url);
  await (await fetch(`${clouds.url}/orders`, { headers: { authorization: `Bearer ${await ofWeb(clouds)}` } })).text();
  const printed = clouds.functions.map((each) => [each.name.replace(`${intent.prefix}-`, ""), each.log] as const);
  return { [access]: lines, ...Object.fromEntries(printed) };
}

describe.each([
  { kind: "http", intent: auditedDev(), access: "access" },
  { kind: "rest", intent: auditedRest(), access: "rest_access" },
  { kind: "http, where the gateway itself decides", intent: auditedPreview(), access: "access" },
])("$kind", ({ intent, access }) => {
  const stack = stackOf(intent);
  const queries = queriesOf(stack);
  let lines: Lines;
  beforeAll(async () => {
    lines = await linesOf(intent, access);
  }, 60_000);

  test("each query has the environment's name before its own, and groups of this stack", () => {
    const decisions = intent.handshake === "federated" ? ["refusals-by-reason"] : [];
    expect(queries.map(({ name }) => name).sort()).toEqual(
      [...decisions, "refusals-by-status", "traffic-per-client", "used-grants"].map(
        (name) => `${intent.prefix}/${name}`,
      ),
    );
    const declared = Object.keys(stack.all("aws_cloudwatch_log_group"));
    expect(queries.flatMap(groupsOf).filter((name) => !declared.includes(name))).toEqual([]);
  });

  test("a query reads what lines of its groups really have, and shows no caller's address or subject", () => {
    for (const query of queries) {
      const written = groupsOf(query).flatMap((group) => lines[group] ?? []);
      expect(written.length).toBeGreaterThan(0);
      const names = new Set(written.flatMap((line) => Object.keys(JSON.parse(line))));
      expect(fieldsOf(query).filter((field) => !names.has(field))).toEqual([]);
      expect(fieldsOf(query).filter((field) => /subject|sourceIp|requestId/.test(field))).toEqual([]);
    }
  });

  test("statuses are compared as the texts that they are", () => {
    for (const line of lines[access] ?? []) expect(typeof JSON.parse(line).status).toBe("string");
    expect((lines[access] ?? []).map((line) => JSON.parse(line).status)).toEqual(
      expect.arrayContaining([expect.stringMatching(/^40[13]$/)]),
    );
  });
});

test("without auditors in AWS there is no query", () => {
  expect(queriesOf(stackOf(auditedDev({ googleGroups: AUDITORS.googleGroups })))).toEqual([]);
});

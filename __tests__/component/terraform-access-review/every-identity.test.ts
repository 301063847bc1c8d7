import type { SchemaAttribute, SchemaBlock } from "../../../cli/generate/schemas";
import { identitiesOf } from "../../../packages/terraform-access-review/access/runs-as";
import { isWithin, writtenOf } from "../../../packages/terraform-access-review/types";
import { storedSchemas } from "../../support/provider-schemas";
import { dev } from "../../support/synthesized-states";

const ACCOUNT = "${google_service_account.orders.email}";
/** The ways to write one identity in a text: alone, in another text, in JSON, in JSON within JSON, as a literal or a part. */
const SPELLINGS = [
  ACCOUNT,
  `projects/-/serviceAccounts/${ACCOUNT}`,
  JSON.stringify({ a: [{ b: ACCOUNT }] }),
  JSON.stringify({ a: JSON.stringify({ b: ACCOUNT }) }),
  '${replace(google_service_account.orders.email, "a", "b")}',
  "projects/-/serviceAccounts/storefront-dev-orders@storefront-dev.iam.gserviceaccount.com",
  "storefront-dev-orders@${data.google_project.p.project_id}.iam.gserviceaccount.com",
  "arn:aws:iam::${data.aws_caller_identity.c.account_id}:role/storefront-dev-callers",
  '{"a":"storefront-dev-orders\\u0040storefront-dev.iam.gserviceaccount.com"}',
];

function valued(type: SchemaAttribute["type"], text: string): unknown {
  if (type === "bool" || type === "number") return undefined;
  if (!Array.isArray(type)) return text;
  const [kind, inner] = type;
  if (kind === "map") return { key: valued(inner, text) };
  if (kind !== "object") return [valued(inner, text)];
  return Object.fromEntries(Object.entries(inner).map(([name, each]) => [name, valued(each as string, text)]));
}

interface Case {
  readonly path: string;
  readonly body: (text: string) => object;
}

/** A body for each argument with texts, at any depth. */
function cases({ attributes = {}, block_types: blocks = {} }: SchemaBlock, path = ""): readonly Case[] {
  const own = Object.entries(attributes)
    .filter(
      ([, { type, optional, required }]) =>
        (optional || required) && /string|dynamic/.test(JSON.stringify(type ?? "dynamic")),
    )
    .map(([name, { type }]) => ({ path: `${path}${name}`, body: (text: string) => ({ [name]: valued(type, text) }) }));
  const nested = Object.entries(blocks).flatMap(([name, { block }]) =>
    cases(block, `${path}${name}.`).map(({ path: inner, body }) => ({
      path: inner,
      body: (text: string) => ({ [name]: [body(text)] }),
    })),
  );
  return [...own, ...nested];
}

/** Arguments that describe a resource, on any type. */
const DESCRIBES = /^(description|display_name|effective_labels|labels|tags|tags_all|terraform_labels|timeouts)\b/;

/** Written by the stacks with an identity, or with a word like one, and running nothing. */
const RUNS_NOTHING = [
  "aws_api_gateway_authorizer identity_source",
  "aws_apigatewayv2_authorizer identity_sources",
  "aws_cognito_user_pool account_recovery_setting.recovery_mechanism.name",
  "aws_cognito_user_pool_client supported_identity_providers",
  "aws_lambda_permission principal",
  "aws_lambda_permission source_account",
];

const seen = new Map<string, boolean>();
beforeAll(() => {
  for (const [number, [type, block]] of [...storedSchemas()].entries()) {
    for (const [index, { path, body }] of cases(block).entries()) {
      const text = SPELLINGS[(number + index) % SPELLINGS.length] ?? ACCOUNT;
      const resource = { type, name: "x", address: `${type}.x`, attributes: body(text) };
      seen.set(`${type} ${path}`, identitiesOf(dev.stack, resource).length > 0);
    }
  }
});

/** Types that are an identity, or grant to one: rows list what they grant. */
const GRANTS = /_iam_(?!instance_profile )|^google_service_account/;

test("an identity counts in every argument of both providers, but in those that describe, grant, or that the stacks write", () => {
  const unseen = [...seen]
    .filter(([argument, isSeen]) => !isSeen && !GRANTS.test(argument))
    .map(([argument]) => argument);
  expect(seen.size).toBeGreaterThan(20_000);
  const others = unseen.filter((argument) => {
    const [type = "", path = ""] = argument.split(" ");
    return (
      !DESCRIBES.test(path) && !writtenOf(type).arguments.some((each) => isWithin(path, each) || isWithin(each, path))
    );
  });
  expect(others).toEqual([]);
});

test("of the arguments that the stacks write, only these may name an identity and run nothing as it", () => {
  const unseen = [...seen]
    .filter(([argument, isSeen]) => !isSeen && !GRANTS.test(argument))
    .map(([argument]) => argument);
  const named = unseen.filter(
    (argument) =>
      /account|identit|principal|profile|role/i.test(argument) && !DESCRIBES.test(argument.split(" ")[1] ?? ""),
  );
  expect(named).toEqual(RUNS_NOTHING);
});

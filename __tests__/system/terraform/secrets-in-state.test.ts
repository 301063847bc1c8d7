import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Intent } from "../../../intent/model/intent";
import { isSecret } from "../../../packages/terraform-access-review/terraform-json/secrets";
import { everythingOfRest } from "../../support/everything";
import { manyRoutes } from "../../support/many-routes";
import { ROOT } from "../../support/places";
import { schemasOfProviders } from "../../support/provider-schemas";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";
import { attributesIn, placesOf } from "./support/secret-places";

const everything = small(everythingOfRest());

/** Changes every client, so that a plan quotes its values in the state. */
function withFewerScopes(intent: Intent): Intent {
  const clients = intent.clients.map((client) =>
    client.grant === "external" ? client : { ...client, scopes: client.scopes.slice(0, 1) },
  );
  return { ...intent, clients };
}

/** The second has parts that a REST API lacks: an HTTP API, and Envoy with a configuration too long for an argument. */
const ASKED = [
  { name: "one of everything", intent: everything, changed: withFewerScopes(everything) },
  { name: "Envoy's configuration, mounted", intent: manyRoutes("one"), changed: manyRoutes("two") },
];

// biome-ignore lint/suspicious/noExplicitAny: Terraform's JSON of any kind
type Json = any;

interface Documents {
  /** A plan against an empty state. */
  readonly created: Json;
  readonly stateFile: Json;
  readonly state: Json;
  /** A plan of a change against the state. */
  readonly changed: Json;
}

function documentsOf(stack: TerraformStack, changed: Intent): Documents {
  const created = stack.plan();
  stack.apply();
  const stateFile = JSON.parse(readFileSync(join(stack.folder, "scratch.tfstate"), "utf8"));
  const state = stack.state();
  return { created, stateFile, state, changed: stack.lay(changed).plan() };
}

/** `type.attribute` of everything that the providers' schemas mark as sensitive. */
function sensitiveBySchema(): ReadonlySet<string> {
  return new Set([...schemasOfProviders()].flatMap(([type, block]) => sensitive(block, type)));
}

function sensitive({ attributes = {}, block_types = {} }: Json, at: string): readonly string[] {
  const own = Object.entries(attributes as Record<string, Json>).flatMap(([name, attribute]) =>
    attribute.sensitive === true || attribute.write_only === true ? [`${at}.${name}`] : [],
  );
  const inner = Object.entries(block_types as Record<string, Json>);
  return [...own, ...inner.flatMap(([name, { block }]) => sensitive(block, `${at}.${name}`))];
}

/** The attributes in the table of `docs/explanation/where-secrets-are.md`. */
function documented(): readonly string[] {
  const text = readFileSync(join(ROOT, "docs/explanation/where-secrets-are.md"), "utf8");
  const [, section = ""] = text.split("## In plans and states\n");
  const [table = ""] = section.split(/\n#+ /);
  return [...table.matchAll(/^\| `([a-z0-9_]+\.[a-z0-9_.]+)` \|/gm)].map(([, attribute = ""]) => attribute).sort();
}

describeTerraform("secrets in plans and states", () => {
  const found = new Map<string, Documents>();

  applying("both environments can be planned and applied", () => {
    for (const { name, intent, changed } of ASKED) {
      const stack = TerraformStack.of(intent);
      found.set(name, documentsOf(stack, changed));
    }
  });

  /** Minimum length of a secret, in characters. A shorter password would not be a secret. */
  const SHORTEST = 12;
  const all = () => [...found.values()];
  let secrets: readonly { readonly place: string; readonly text: string }[];

  applying("the documented attributes are exactly those that are sensitive or named like a secret", () => {
    const schema = sensitiveBySchema();
    expect(schema.size).toBeGreaterThan(100);
    const looksSecret = (type: string, attribute: string, text: string) =>
      schema.has(`${type}.${attribute}`) ||
      // A shorter text is a word, such as the unit of a token's lifetime.
      (text.length >= SHORTEST && isSecret(attribute.split(".").at(-1) ?? "", text, { within: "" }));
    secrets = all().flatMap(({ stateFile }) => attributesIn(stateFile, looksSecret));
    expect([...new Set(secrets.map(({ place }) => place))].sort()).toEqual(documented());
  });

  applying("none of these values is anywhere else in a plan or state, in whole or in part", () => {
    const elsewhere = all().flatMap((documents) =>
      Object.entries(documents).flatMap(([name, document]) =>
        secrets.flatMap(({ text }) =>
          placesOf(document, text)
            .filter((place) => !documented().includes(place))
            .map((place) => `${name}: ${place}`),
        ),
      ),
    );
    expect([...new Set(elsewhere)]).toEqual([]);
  });

  const clientSecrets = () => secrets.filter(({ place }) => place === "aws_cognito_user_pool_client.client_secret");

  applying("a client's secret is in the state and in the plan of any later change, but not in the first plan", () => {
    const { created, state, stateFile, changed } = found.get("one of everything") as Documents;
    expect(clientSecrets().length).toBeGreaterThan(1);
    for (const { text } of clientSecrets()) {
      expect(placesOf(created, text)).toEqual([]);
    }
    for (const document of [state, stateFile, changed]) {
      const there = clientSecrets().filter(({ text }) => placesOf(document, text).length > 0);
      expect(there.length).toBeGreaterThan(1);
    }
  });

  applying("a secret's value in Secrets Manager is written, but stored nowhere else", () => {
    for (const { stateFile } of all()) {
      const kept = attributesIn(
        stateFile,
        (type, attribute) => /^aws_secretsmanager_secret_version$/.test(type) && /^secret_/.test(attribute),
      );
      expect([...new Set(kept.map(({ place }) => place))]).toEqual(["aws_secretsmanager_secret_version.secret_id"]);
    }
  });

  applying("Envoy's configuration is the only Google secret value that Terraform knows", () => {
    const { stateFile: ofServices } = found.get("one of everything") as Documents;
    const types = (ofServices as Json).resources.map(({ type }: Json) => type);
    expect(types).toContain("google_secret_manager_secret");
    expect(types).not.toContain("google_secret_manager_secret_version");
    const data = secrets.filter(({ place }) => place === "google_secret_manager_secret_version.secret_data");
    expect(data.length).toBeGreaterThan(0);
    for (const { text } of data) expect(Object.keys(JSON.parse(text))).toContain("static_resources");
  });

  applying("the search finds a planted secret in every place", () => {
    const [{ text } = { text: "" }] = clientSecrets();
    const documents = structuredClone(found.get("one of everything")) as Documents;
    const { stateFile, changed } = documents as { stateFile: Json; changed: Json };
    const fn = stateFile.resources.find(({ type }: Json) => type === "aws_lambda_function");
    fn.instances[0].attributes.environment = [{ variables: { NOTE: `x ${text} y` } }];
    stateFile.outputs.clients.value = { a: [{ secret: text }] };
    const [change] = changed.resource_changes.filter(({ type }: Json) => type === "aws_lambda_function");
    change.change.after = { description: text };
    expect(placesOf(stateFile, text)).toEqual([
      "aws_cognito_user_pool_client.client_secret",
      "aws_lambda_function.environment.variables.NOTE",
      "outputs.clients.value.a.secret",
    ]);
    expect(placesOf(changed, text)).toContain("aws_lambda_function.description");
  });
});

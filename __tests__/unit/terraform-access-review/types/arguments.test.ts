import type { StackJson } from "../../../../packages/terraform-access-review/terraform-json/stack-json";
import { TYPES } from "../../../../packages/terraform-access-review/types";
import { argumentsOf, unwrittenArguments } from "../../../../packages/terraform-access-review/types/arguments";
import { unplainParts } from "../../../../packages/terraform-access-review/types/plain";
import { auditedDev, auditedPreview, auditedRest } from "../../../support/auditors";
import { DOMAIN, httpWith, MUTUAL_TLS, NETWORKS, restWith, WAF } from "../../../support/domains";
import { stateOf } from "../../../support/rest-state";
import { rotatedIntent } from "../../../support/rotation";
import { bootstraps, intents } from "../../../support/shop";
import { bootstrapStackOf } from "../../../support/stack";
import { shared, verifying } from "../../../support/synthesized-states";
import { variantOf } from "../../../support/variant";
import { watchedDev } from "../../../support/watched";

/** Stacks of every shape that the program writes. */
const STACKS = (): readonly StackJson[] => [
  ...[
    ...intents(),
    auditedDev(),
    auditedPreview(),
    auditedRest(),
    rotatedIntent(),
    watchedDev(),
    httpWith({ domain: DOMAIN, mutualTls: MUTUAL_TLS }),
    restWith({ domain: DOMAIN, waf: WAF, allowedNetworks: NETWORKS }),
    variantOf("dev", { services: { orders: { rollout: { percent: 10, from: "docker.io/acme/orders:1" } } } }),
  ].map((intent) => stateOf(intent).stack),
  ...[shared, verifying].map(({ stack }) => stack),
  ...bootstraps().map((bootstrap) => bootstrapStackOf(bootstrap).json as StackJson),
];

test("the arguments that a new resource may have unquestioned are those that the stacks write, and no others", () => {
  const found: Record<string, Set<string>> = {};
  for (const { resource } of STACKS()) {
    for (const [type, named] of Object.entries(resource)) {
      found[type] ??= new Set();
      for (const body of Object.values(named)) for (const path of argumentsOf(body)) found[type]?.add(path);
    }
  }
  const written = Object.fromEntries(Object.entries(found).map(([type, paths]) => [type, [...paths].sort()]));
  const described = Object.fromEntries(Object.entries(TYPES).map(([type, { writes }]) => [type, [...writes].sort()]));
  expect(described).toEqual(written);
});

test("each of these is written plainly: no function, no reference that the types do not know, no true or false as a text", () => {
  const odd = STACKS().flatMap(({ resource }) =>
    Object.entries(resource).flatMap(([type, named]) =>
      Object.values(named).flatMap((body) => [...unplainParts(type, body).keys()].map((path) => `${type}.${path}`)),
    ),
  );
  expect([...new Set(odd)]).toEqual([]);
});

test("arguments that say nothing of access count as written, wherever they are", () => {
  const harmless = { description: "x", tags: { team: "x" }, timeouts: { create: "5m" }, depends_on: ["x"], "//": {} };
  expect(unwrittenArguments("aws_s3_bucket", { bucket: "x", ...harmless })).toEqual([]);
  expect(unwrittenArguments("google_pubsub_topic", { name: "x", tags: { "123/env": "x" } })).toEqual(["tags"]);
  expect(unwrittenArguments("aws_s3_bucket", { bucket: "x", website: [{ index_document: "x" }] })).toEqual([
    "website.index_document",
  ]);
});

test("what is not set is no argument", () => {
  expect(argumentsOf({ a: null, b: [], c: "", d: [{ e: false }], f: { g: [{}] } })).toEqual(["d.e"]);
});

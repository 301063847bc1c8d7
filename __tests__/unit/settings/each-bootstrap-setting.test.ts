import { bootstrapsOf } from "../../../intent/load";
import { bootstrapSchema } from "../../../intent/schema/bootstrap";
import { type LocatedMap, plain } from "../../../intent/source/located";
import { parseYaml } from "../../../intent/source/yaml";
import { leavesOf, merged, shopWith, WITH_ENVOY } from "../../support/settings";
import { bootstrapStackOf } from "../../support/stack";

const BOOTSTRAP = {
  repository: { name: "acme/storefront", ownerId: "1234567", id: "7654321" },
  environments: {
    dev: {
      googleProjectNumber: "100000000001",
      boundary: true,
      permissions: {
        aws_sns_topic: { read: ["sns:GetTopicAttributes"], on: ["arn:aws:sns:eu-west-1:111122223333:one"] },
      },
    },
  },
};

/** With Envoy, whose configurations are secrets: the project's number is part of their names. */
const ENVIRONMENT = merged({ google: { ownsProject: true } }, WITH_ENVOY);

/** By key, a value that differs from the one above and from the default. */
const VALUES: Readonly<Record<string, unknown>> = {
  "repository.name": "acme/other",
  "repository.ownerId": "7",
  "repository.id": "8",
  "repository.subjects": "named",
  "identities.plan": "planner",
  "identities.deploy": "deployer",
  "environments.<id>.googleProjectNumber": "100000000002",
  "environments.<id>.boundary": false,
  "environments.<id>.pullRequests": false,
  "environments.<id>.ownsIdentityProvider": false,
  "environments.<id>.operators.aws": ["arn:aws:iam::111122223333:role/developers"],
  "environments.<id>.operators.google": ["group:platform@example.com"],
  "environments.<id>.permissions.<id>.read": ["sns:ListTagsForResource"],
  "environments.<id>.permissions.<id>.write": ["sns:CreateTopic"],
  "environments.<id>.permissions.<id>.roles": ["sns:Publish"],
  "environments.<id>.permissions.<id>.on": ["arn:aws:sns:eu-west-1:111122223333:other"],
  "environments.<id>.generation": 2,
  "environments.<id>.state": "bucket",
};

function stackWith(config: unknown) {
  const tree = parseYaml("bootstrap.yaml", JSON.stringify(config)).tree as LocatedMap;
  const intent = shopWith(ENVIRONMENT);
  const [bootstrap] = bootstrapsOf({ tree, config: bootstrapSchema.parse(plain(tree)) }, [intent]);
  if (bootstrap === undefined) throw new Error("no bootstrap");
  return bootstrapStackOf(bootstrap).json;
}

test("every key of a bootstrap has a value here, except allowances, which no stack has", () => {
  const keys = leavesOf(bootstrapSchema).filter((key) => !key.startsWith("allowances"));
  expect(Object.keys(VALUES).sort()).toEqual([...keys].sort());
});

test("every key of a bootstrap alone changes its stack", () => {
  const before = JSON.stringify(stackWith(BOOTSTRAP));
  const unchanged = Object.entries(VALUES).filter(([key, value]) => {
    const path = key.replace("<id>", "dev").replace("<id>", "aws_sns_topic").split(".");
    const patch = path.reduceRight<unknown>((inner, part) => ({ [part]: inner }), value);
    return JSON.stringify(stackWith(merged(BOOTSTRAP, patch))) === before;
  });
  expect(unchanged.map(([key]) => key)).toEqual([]);
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Resource, TerraformDocument } from "../../../packages/local-front-door/terraform/document";
import { Stack } from "../../../packages/local-front-door/terraform/stack";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";
import { covers } from "./support/state-value";

interface State {
  readonly values: {
    readonly root_module: {
      readonly resources: readonly { readonly address: string; readonly values: Readonly<Record<string, unknown>> }[];
    };
  };
}

/** Terraform's own arguments, which no provider has and no state contains. */
const META_ARGUMENTS = ["//", "depends_on", "lifecycle"];

/** The only write-only value: it is in no state, and the resolver refuses it. */
const WRITE_ONLY = ["aws_secretsmanager_secret_version.secret_string_wo"];

/** Attributes that this test skips: functions and parts of values, which the resolver refuses. */
const COMPUTED = [
  "aws_api_gateway_deployment.triggers",
  "aws_route53_record.alias",
  "aws_route53_record.name",
  "aws_route53_record.records",
  "aws_route53_record.type",
  "google_secret_manager_secret.rotation",
];

/** Types without a local stand-in: secrets, certificates, domains and filters. */
const UNPLAYED = /^(aws_(secretsmanager|acm|route53|wafv2|cloudwatch_metric|cloudwatch_event)|google_logging)_/;

const documentOf = ({ folder }: TerraformStack): TerraformDocument =>
  JSON.parse(readFileSync(join(folder, "cdk.tf.json"), "utf8"));

describeTerraform("the local door's resolver", () => {
  describe.each([
    ["dev", intentOf("dev")],
    ["prod", small(intentOf("prod"), ["orders", "catalog"])],
  ])("%s", (_, intent) => {
    let deployed: TerraformStack;
    beforeAll(() => {
      deployed = TerraformStack.of(intent);
    });

    applying("the resolver gives every attribute the value that Terraform gives it", () => {
      deployed.deploy();
      const { folder } = deployed;
      const state = deployed.state() as State;
      const applied = new Map(state.values.root_module.resources.map(({ address, values }) => [address, values]));
      const asked: string[] = [];
      const document = documentOf(deployed);
      const stack = Stack.of(document, folder, ({ address }, attribute) => {
        asked.push(`${address}.${attribute}`);
        return applied.get(address)?.[attribute] ?? undefined;
      });
      const resources = stack.types.flatMap((type) => stack.all(type));
      expect(resources.map(({ address }) => address).sort()).toEqual([...applied.keys()].sort());
      for (const { address, resource, attribute } of thoseOf(resources, WRITE_ONLY)) {
        expect(applied.get(address)?.[attribute] ?? null).toBeNull();
        expect(() => stack.value(resource, attribute)).toThrow("cannot resolve");
      }
      for (const { resource, attribute } of thoseOf(resources, COMPUTED).filter(({ isExpression }) => isExpression)) {
        expect(() => stack.value(resource, attribute)).toThrow("cannot resolve");
      }
      const compared = resources.flatMap((resource) =>
        attributesOf(resource).map((attribute) => ({ resource, attribute })),
      );
      const different = compared.filter(
        ({ resource, attribute }) =>
          !covers(applied.get(resource.address)?.[attribute], stack.value(resource, attribute)),
      );
      expect(different.map(({ resource, attribute }) => `${resource.address}.${attribute}`)).toEqual([]);
      expect(asked.length).toBeGreaterThan(0);
    });

    test("every value that is known only after an apply and to which the stack refers has a made-up value", () => {
      const document = documentOf(deployed);
      const stack = Stack.of(document, deployed.folder);
      // Types without a stand-in may refer to values without a made-up value.
      const read = stack.types.filter((type) => !UNPLAYED.test(type));
      for (const resource of read.flatMap((type) => stack.all(type))) {
        // The certificate of a domain.
        const asked = attributesOf(resource).filter((attribute) => attribute !== "domain_name_configuration");
        for (const attribute of asked) expect(() => stack.value(resource, attribute)).not.toThrow();
      }
    });
  });
});

function thoseOf(resources: readonly Resource[], attributes: readonly string[]) {
  return resources.flatMap((resource) =>
    Object.entries(resource.body)
      .filter(([attribute]) => attributes.includes(`${resource.type}.${attribute}`))
      .map(([attribute, value]) => ({
        address: resource.address,
        resource,
        attribute,
        isExpression: /[([]\w/.test(JSON.stringify(value)),
      })),
  );
}

function attributesOf({ type, body }: Resource): readonly string[] {
  return Object.keys(body).filter(
    (attribute) =>
      !META_ARGUMENTS.includes(attribute) && ![...WRITE_ONLY, ...COMPUTED].includes(`${type}.${attribute}`),
  );
}

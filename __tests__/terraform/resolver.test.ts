import { mkdtempSync, readFileSync, rmSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { App } from "cdktf";
import { findTerraform } from "../../cli/terraform/binary";
import { plannedBy } from "../../cli/terraform/providers";
import { ScratchStack } from "../../cli/terraform/scratch";
import { Terraform } from "../../cli/terraform/terraform";
import { Stack } from "../../local/stack";
import type { Resource, TerraformDocument } from "../../local/terraform-document";
import { declareStacks } from "../../main";
import { BUILD, intentOf } from "../support/stack";
import { covers } from "./support/state-value";

const out = mkdtempSync(join(tmpdir(), "front-door-resolver-"));
const binary = findTerraform();
const environments = ["dev", "staging", "prod"].map((name) => {
  const app = new App({ outdir: join(out, name) });
  declareStacks(app, [intentOf(name)], BUILD);
  app.synth();
  const scratch = new ScratchStack(join(out, name, "stacks", name));
  const terraform = new Terraform(binary, scratch.folder);
  const init = terraform.run("init", "-input=false", "-no-color");
  return { name, scratch, terraform, init };
});
afterAll(() => {
  for (const { scratch } of environments) scratch.remove();
  rmSync(out, { recursive: true });
});

interface State {
  readonly values: {
    readonly root_module: {
      readonly resources: readonly { readonly address: string; readonly values: Readonly<Record<string, unknown>> }[];
    };
  };
}

/** Terraform's own arguments: no provider has them, no state holds them. */
const META_ARGUMENTS = ["//", "depends_on", "lifecycle"];

/** In no state, and an error of the resolver's: the one value that is written and not kept. */
const WRITE_ONLY = ["aws_secretsmanager_secret_version.secret_string_wo"];

/** Read by nobody here: functions and parts of values, which the resolver refuses. */
const COMPUTED = [
  "aws_api_gateway_deployment.triggers",
  "aws_route53_record.alias",
  "aws_route53_record.name",
  "aws_route53_record.records",
  "aws_route53_record.type",
  "google_secret_manager_secret.rotation",
];

/** What nobody plays here: secrets, certificates, names and filters. */
const UNPLAYED = /^(aws_(secretsmanager|acm|route53|wafv2|cloudwatch_metric|cloudwatch_event)|google_logging)_/;

describe.each(environments)("$name", ({ scratch, terraform, init }) => {
  // The real providers would call the clouds here: only stand-ins apply without an account.
  const standIns = init.code === 0 && plannedBy(scratch.folder).every(({ standIn }) => standIn);
  const applying = standIns ? test : test.skip;

  applying("what the resolver makes of every attribute is what Terraform made of it", () => {
    const apply = terraform.run("apply", "-input=false", "-no-color", "-auto-approve", "-lock=false");
    expect(apply).toEqual({ code: 0, output: expect.stringContaining("Apply complete!") });
    const state = terraform.json("show", "-json") as State;
    const applied = new Map(state.values.root_module.resources.map(({ address, values }) => [address, values]));
    const asked: string[] = [];
    const document = JSON.parse(readFileSync(join(scratch.folder, "cdk.tf.json"), "utf8")) as TerraformDocument;
    const stack = Stack.of(document, scratch.folder, ({ address }, attribute) => {
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

  test("what only an apply knows has a made-up value here wherever the stack refers to it", () => {
    const document = JSON.parse(readFileSync(join(scratch.folder, "cdk.tf.json"), "utf8")) as TerraformDocument;
    const stack = Stack.of(document, scratch.folder);
    // Resources that are read by nobody here may refer to what nobody makes up.
    const read = stack.types.filter((type) => !UNPLAYED.test(type));
    for (const resource of read.flatMap((type) => stack.all(type))) {
      // A name's certificate.
      const asked = attributesOf(resource).filter((attribute) => attribute !== "domain_name_configuration");
      for (const attribute of asked) expect(() => stack.value(resource, attribute)).not.toThrow();
    }
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

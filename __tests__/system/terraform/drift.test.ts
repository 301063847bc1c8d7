import { readFileSync } from "node:fs";
import { join } from "node:path";
import type { Intent } from "../../../intent/model/intent";
import { changeOfPlan } from "../../../packages/terraform-access-review/change/from-plan";
import type { SynthesizedState } from "../../../packages/terraform-access-review/change/state";
import { isOpening } from "../../../packages/terraform-access-review/plan/openings";
import { type PlanJson, type StateResource, stateOf } from "../../../packages/terraform-access-review/plan/plan-json";
import { isUnset } from "../../../packages/terraform-access-review/plan/shape";
import type { Attributes } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { intentOf, intents } from "../../support/shop";
import { stackOf } from "../../support/stack";
import { applying, changesOf, describeTerraform, providers, TerraformStack } from "../../support/terraform-stack";

/** What the next refresh finds in the clouds. */
const meanwhile = (found: readonly object[]) => providers?.meanwhile(found);

interface Schema {
  readonly block: { readonly attributes?: Readonly<Record<string, { readonly computed?: boolean }>> };
}

/** Together they declare every attribute that any environment does. */
const NAMES = ["prod", "preview", "dev"];

test("the environments that are looked at declare what all of them declare", () => {
  const seen = new Set(NAMES.flatMap((name) => declaredBy(intentOf(name))));
  const all = intents().flatMap(declaredBy);
  expect(all.filter((each) => !seen.has(each))).toEqual([]);
});

describeTerraform("what happened outside Terraform", () => {
  describe.each(NAMES)("in %s", (name) => {
    let cloud: Cloud;

    applying("is no drift where only a cloud moves it, and the plan stays empty", () => {
      cloud = new Cloud(intentOf(name));
      const moves = cloud.moves();
      expect(moves.length).toBeGreaterThan(cloud.objects.length / 2);
      meanwhile(moves);
      const { plan, drift } = cloud.look();
      expect([drift, changesOf(plan)]).toEqual([[], []]);
    });

    applying("is drift in each declared attribute, by its name", () => {
      const changes = cloud.objects.flatMap((object) => {
        const set = Object.fromEntries(cloud.declared(object).map((name) => [name, other(object.values?.[name])]));
        return Object.keys(set).length === 0 ? [] : [{ ...whereOf(object), set }];
      });
      meanwhile(changes);
      const { drift } = cloud.look();
      const unnamed = cloud.objects.flatMap((object) =>
        cloud
          .declared(object)
          .filter((name) => !drift.some((each) => each.startsWith(`${object.address} ${name}`)))
          .map((name) => `${object.address} ${name}`),
      );
      expect(unnamed).toEqual([]);
    });

    if (name !== "prod") return;

    applying("is drift where it opens access, though nothing declares it", () => {
      const role = cloud.objects.filter(({ type }) => type === "aws_iam_role").at(-1) as StateResource;
      const policies = cloud.objects.filter(
        ({ type, values }) => type === "aws_iam_role_policy" && values?.role === role.values?.name,
      );
      const inline = policies.map(({ values }) => ({ name: values?.name, policy: values?.policy }));
      const policy = JSON.stringify({ Version: "2012-10-17", Statement: [] });
      meanwhile([{ ...whereOf(role), set: { inline_policy: [...inline, { name: "admin", policy }] } }]);
      expect(cloud.look().drift).toEqual([`${role.address} inline_policy`]);
    });
  });
});

/** An environment that was applied, and what its clouds may do to it. */
class Cloud {
  readonly objects: readonly StateResource[];
  private readonly stack: TerraformStack;
  private readonly json: SynthesizedState["stack"];
  private readonly text: string;
  private readonly schemas: Readonly<Record<string, Schema>>;

  constructor(private readonly intent: Intent) {
    this.stack = TerraformStack.of(intent);
    this.stack.deploy();
    this.text = readFileSync(join(this.stack.folder, "cdk.tf.json"), "utf8");
    this.json = JSON.parse(this.text);
    const { provider_schemas } = this.stack.terraform.json("providers", "schema", "-json") as {
      readonly provider_schemas: Readonly<
        Record<string, { readonly resource_schemas?: Readonly<Record<string, Schema>> }>
      >;
    };
    this.schemas = Object.assign({}, ...Object.values(provider_schemas).map((each) => each.resource_schemas));
    this.objects = stateOf(this.stack.plan() as unknown as PlanJson);
  }

  /** Every attribute that the schema computes, that the stack does not declare, and that nothing refers to. */
  moves(): readonly object[] {
    return this.objects.flatMap((object) => {
      const attributes = this.schemas[object.type]?.block.attributes ?? {};
      const names = Object.entries(object.values ?? {})
        .filter(([name, value]) => attributes[name]?.computed && typeof value === "string" && name !== "id")
        .map(([name]) => name)
        .filter((name) => this.bodyOf(object)[name] === undefined && !isOpening(object.type, name))
        .filter((name) => !IDENTITY.includes(name) && !this.text.includes(`\${${object.address}.${name}`));
      const set = Object.fromEntries(names.map((name) => [name, other(object.values?.[name])]));
      return names.length === 0 ? [] : [{ ...whereOf(object), set }];
    });
  }

  declared(object: StateResource): readonly string[] {
    const body = this.bodyOf(object);
    const { ignore_changes = [] } = (body.lifecycle ?? {}) as { readonly ignore_changes?: readonly string[] };
    return Object.keys(object.values ?? {})
      .filter(
        (name) =>
          body[name] !== undefined && !isUnset(object.values?.[name]) && typeof object.values?.[name] !== "object",
      )
      .filter((name) => !ignore_changes.includes(name) && whereOf(object).where[name] === undefined);
  }

  look() {
    const plan = this.stack.plan();
    const head: SynthesizedState = { stack: this.json };
    const { drift } = changeOfPlan(this.intent.environment, plan as unknown as PlanJson, { head, base: head });
    return {
      plan,
      drift: drift.flatMap(({ address, attributes }) => attributes.map(({ path }) => `${address} ${path}`)),
    };
  }

  private bodyOf({ type, address }: StateResource): Attributes {
    return (this.json.resource[type]?.[address.slice(type.length + 1)] ?? {}) as Attributes;
  }
}

/** `type.argument` of all that a stack writes. */
function declaredBy(intent: Intent): readonly string[] {
  const resources = stackOf(intent).json.resource as Readonly<Record<string, Readonly<Record<string, object>>>>;
  return Object.entries(resources).flatMap(([type, named]) =>
    Object.values(named).flatMap((body) => Object.keys(body).map((name) => `${type}.${name}`)),
  );
}

/** What names an object: a cloud does not change it. */
const IDENTITY = ["arn", "name", "region", "project", "tags_all", "terraform_labels", "effective_labels", "bucket"];

/** Picks one object. */
function whereOf({ type, values = {} }: StateResource) {
  const keys = ["id", "arn", "name", "role", "policy_arn"].filter((key) => typeof values[key] === "string");
  return {
    type,
    where: Object.fromEntries(keys.map((key) => [key, values[key]])) as Readonly<Record<string, unknown>>,
  };
}

function other(value: unknown): unknown {
  if (typeof value === "boolean") return !value;
  if (typeof value === "number") return value + 1;
  return `${value}-other`;
}

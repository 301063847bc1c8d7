import type { Intent } from "../../../intent/model/intent";
import type { PlanJson, StateResource } from "../../../packages/terraform-access-review/plan/plan-json";
import { isUnset } from "../../../packages/terraform-access-review/terraform-json/stack-json";
import { isOpening } from "../../../packages/terraform-access-review/types";
import { auditedDev } from "../../support/auditors";
import { otherThan } from "../../support/nested-changes";
import { changesOf } from "../../support/plan-changes";
import { schemasOfProviders } from "../../support/provider-schemas";
import { intentOf, intents } from "../../support/shop";
import { small } from "../../support/small";
import { stackOf } from "../../support/stack";
import { applying, describeTerraform } from "../../support/terraform-stack";
import { AppliedCloud, meanwhile, whereOf } from "./support/applied-cloud";

/** Together, these declare every attribute that any environment declares. */
const INTENTS = ["prod", "preview", "dev"].map((name) => small(intentOf(name), ["orders", "catalog"]));

test("these environments together declare every attribute that any environment declares", () => {
  const seen = new Set(INTENTS.flatMap(declaredBy));
  const all = intents().flatMap(declaredBy);
  expect(all.filter((each) => !seen.has(each))).toEqual([]);
});

describeTerraform("a change outside Terraform", () => {
  describe.each(INTENTS)("in $environment", (intent) => {
    let cloud: Cloud;

    applying("is not drift if only a cloud changes it, and the plan stays empty", () => {
      cloud = new Cloud(intent);
      const moves = cloud.moves();
      expect(moves.length).toBeGreaterThan(cloud.objects.length / 2);
      meanwhile(moves);
      const { plan, drift } = cloud.look();
      expect([drift, changesOf(plan)]).toEqual([[], []]);
    });

    applying("is drift in each declared attribute, by its name", () => {
      const changes = cloud.objects.flatMap((object) => {
        const set = Object.fromEntries(cloud.declared(object).map((name) => [name, otherThan(object.values?.[name])]));
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

    if (intent.environment !== "prod") return;

    applying("is drift if it opens access, even if nothing declares it", () => {
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

describeTerraform("an object that Terraform keeps, and that its cloud deletes", () => {
  applying("is drift at each look, although the plan is empty", () => {
    const cloud = new AppliedCloud(small(auditedDev()));
    const bucket = cloud.objects.find(({ type }) => type === "google_logging_project_bucket_config") as StateResource;
    meanwhile([{ ...whereOf(bucket), set: { lifecycle_state: "DELETE_REQUESTED" } }]);
    const { plan, model } = cloud.look();
    cloud.refresh();
    const { plan: laterPlan, model: later } = cloud.look();
    meanwhile([]);
    expect([plan, laterPlan].map(changesOf)).toEqual([[], []]);
    // Terraform itself reports the difference only once.
    expect((laterPlan as unknown as PlanJson).resource_drift ?? []).toEqual([]);
    const found = [model, later].map(({ drift }) => drift.map(({ address, reason }) => [address, reason]));
    const reason = {
      ...{ kind: "going", states: [["lifecycle_state", "DELETE_REQUESTED"]] },
      restore: expect.stringContaining("gcloud logging buckets undelete "),
    };
    expect(found).toEqual([[[bucket.address, reason]], [[bucket.address, reason]]]);
  });
});

/** Changes that the clouds themselves may make to an environment. */
class Cloud extends AppliedCloud {
  private readonly schemas = schemasOfProviders();

  /** Every attribute that the schema computes, that the stack does not declare, and that nothing refers to. */
  moves(): readonly object[] {
    return this.objects.flatMap((object) => {
      const attributes = this.schemas.get(object.type)?.attributes ?? {};
      const names = Object.entries(object.values ?? {})
        .filter(([name, value]) => attributes[name]?.computed && typeof value === "string" && name !== "id")
        .map(([name]) => name)
        .filter((name) => this.bodyOf(object)[name] === undefined && !isOpening(object.type, name))
        .filter((name) => !IDENTITY.includes(name) && !this.text.includes(`\${${object.address}.${name}`));
      const set = Object.fromEntries(names.map((name) => [name, otherThan(object.values?.[name])]));
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
}

/** `type.argument` of every argument that a stack sets. */
function declaredBy(intent: Intent): readonly string[] {
  const resources = stackOf(intent).json.resource as Readonly<Record<string, Readonly<Record<string, object>>>>;
  return Object.entries(resources).flatMap(([type, named]) =>
    Object.values(named).flatMap((body) => Object.keys(body).map((name) => `${type}.${name}`)),
  );
}

/** Attributes that identify an object, which a cloud does not change. */
const IDENTITY = ["arn", "name", "region", "project", "tags_all", "terraform_labels", "effective_labels", "bucket"];

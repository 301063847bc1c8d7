import type { Intent } from "../../../intent/model/intent";
import { baseState, readEither } from "../../../packages/terraform-access-review/plan/own-configuration";
import { asRequired, EXISTING, existing } from "../../support/existing";
import { intentOf } from "../../support/shop";
import { small } from "../../support/small";
import { applying, describeTerraform, TerraformStack } from "../../support/terraform-stack";
import { testAll } from "../../support/test-all";
import { variantOf } from "../../support/variant";
import { AppliedCloud, meanwhile } from "./support/applied-cloud";

const intent = small(existing("dev"));
const [{ audience } = { audience: "" }] = intent.services;
const MEMBER = "google_cloud_run_v2_service_iam_member.orders";

afterEach(() => meanwhile([]));

/** The addresses and actions of a plan's changes that are about Cloud Run. */
const onCloudRun = (changes: readonly string[]) => changes.filter((each) => each.startsWith("google_cloud_run"));

/** Applies an environment, and looks at its existing service again. */
class DeployedBefore extends AppliedCloud {
  constructor(of: Intent, found: readonly object[]) {
    super(of, found);
  }

  /** The state in the form of a stack, in which the values of other objects are references again. */
  resourcesOfState(): unknown {
    return baseState(readEither(JSON.stringify(this.stack.state())), { stack: JSON.parse(this.text) }).state.stack
      .resource;
  }

  destroyed(): readonly string[] {
    return this.stack.changes("-destroy");
  }

  again(found: readonly object[]): readonly string[] {
    meanwhile(found);
    return this.stack.changes();
  }
}

describeTerraform("an existing service", () => {
  describe.each<[string, () => Intent]>([
    ["an HTTP API", () => intent],
    [
      "a REST API",
      () => small(existing("dev", variantOf("dev", { aws: { ownsAccount: true }, gateway: { kind: "rest" } }))),
    ],
    ["the environment's own project", () => small(existing("dev", intentOf("dev"), here(EXISTING)))],
  ])("behind %s", (_, of) => {
    applying("gets one grant, a second plan is empty, and a destroy leaves it", () => {
      const cloud = new DeployedBefore(of(), asRequired(of()));
      expect(onCloudRun(cloud.objects.map(({ address }) => address))).toEqual([MEMBER]);
      const { drift, model } = cloud.look();
      expect([drift, model.resources]).toEqual([[], []]);
      const others = [{ role: "roles/run.invoker", members: ["group:others@acme.example"] }];
      expect(cloud.again(asRequired(of(), { client: "gcloud", generation: "7" }, { bindings: others }))).toEqual([]);
      expect(onCloudRun(cloud.destroyed())).toEqual([`${MEMBER} delete`]);
      const text = JSON.stringify(cloud.resourcesOfState());
      expect([...text.matchAll(/data\.google_cloud_run_v2_service\.orders\.uri/g)].length).toBeGreaterThan(0);
      expect(text).not.toContain("0a1b2c3d4e");
    });
  });

  testAll<[string, object, object, RegExp]>([
    ["its invoker check is off", { invoker_iam_disabled: true }, {}, /--invoker-iam-check/],
    ["only the project may call it", { ingress: "INGRESS_TRAFFIC_INTERNAL_ONLY" }, {}, /--ingress=all/],
    ["it has another audience", { custom_audiences: ["https://other"] }, {}, /--add-custom-audiences=https:/],
    ["it has no audience", { custom_audiences: null }, {}, /--add-custom-audiences=https:/],
    ["anyone may invoke it", {}, { bindings: [{ members: ["allUsers"] }] }, /remove-iam-policy-binding/],
    [
      "any Google account may invoke it",
      {},
      { bindings: [{ members: ["allAuthenticatedUsers"] }] },
      /remove-iam-policy-binding/,
    ],
  ])("no plan succeeds if %s", (_, found, policy, message) => {
    const stack = TerraformStack.of(intent);
    meanwhile(asRequired(intent, found, policy));
    expect(() => stack.plan()).toThrow(/[Pp]ostcondition failed/);
    expect(() => stack.plan()).toThrow(message);
  });

  testAll<[string, object]>([
    ["its URL is the audience", { custom_audiences: null, uri: audience }],
    ["Cloud Run leaves out the check", { invoker_iam_disabled: null }],
  ])("a plan succeeds if %s", (_, found) => {
    meanwhile(asRequired(intent, found));
    expect(onCloudRun(TerraformStack.of(intent).changes())).toEqual([`${MEMBER} create`]);
  });

  applying("that its owner opens later fails the next plan, and no destroy", () => {
    const cloud = new DeployedBefore(intent, asRequired(intent));
    expect(() => cloud.again(asRequired(intent, { invoker_iam_disabled: true }))).toThrow(/--invoker-iam-check/);
    expect(onCloudRun(cloud.destroyed())).toEqual([`${MEMBER} delete`]);
  });
});

function here(place: typeof EXISTING): typeof EXISTING {
  const { project, region } = intentOf("dev").google;
  return { ...place, project, region };
}

import { acceptsAudience } from "../../../../contract/existing-service";
import { authorizerPolicy } from "../../../../stacks/authorizer-policy";
import { policyRules } from "../../../../stacks/policy/policies";
import { EXISTING, existing, existingStack, type StackToBreak } from "../../../support/existing";
import { intentOf } from "../../../support/shop";
import { stackOf } from "../../../support/stack";
import { testAll } from "../../../support/test-all";

const intent = existing("dev");
const stack = existingStack(intent);
const PLACE = { name: EXISTING.name, location: EXISTING.region, project: EXISTING.project };

describe("the policy rules of a stack with an existing service", () => {
  const rules = policyRules(intent, authorizerPolicy(intent), new Map());
  const findings = (edit: (stack: StackToBreak) => unknown) => {
    const broken = structuredClone(stack);
    edit(broken);
    return rules.flatMap(({ id, findings: of }) => of(broken).map(({ address }) => `${id} ${address}`));
  };
  const member = "google_cloud_run_v2_service_iam_member";
  const service = "google_cloud_run_v2_service";

  test("find nothing", () => expect(findings(() => undefined)).toEqual([]));

  test("let a service of the same name be elsewhere", () => {
    const there = (place: object) =>
      findings(({ resource }) =>
        Object.assign(resource[service], { theirs: { ...resource[service].catalog, name: "orders", ...place } }),
      ).filter((each) => each.startsWith("existing-services"));
    expect(there({ location: PLACE.location })).toEqual([]);
    expect(there({ project: PLACE.project })).toEqual([]);
  });

  const grant =
    (attributes: object) =>
    ({ resource }: StackToBreak) =>
      Object.assign(resource[member].orders, attributes);
  const ungranted = ["authoritative-grants", "existing-services"].map((rule) => `${rule} ${member}.orders`);
  const unread = [`existing-services data.${service}.orders`];

  testAll<[string, (stack: StackToBreak) => unknown, readonly string[]]>([
    ["another role", grant({ role: "roles/run.admin" }), ungranted],
    ["another member", grant({ member: "user:eve@example.com" }), ungranted],
    ["everybody", grant({ member: "allUsers" }), [...ungranted, `no-public-invoker ${member}.orders`]],
    ["a condition", grant({ condition: { title: "t", expression: "true" } }), ungranted],
    ["the grant on another service", grant({ name: "payments" }), ungranted],
    ["no grant", ({ resource }) => delete resource[member], [`existing-services ${member}.orders`]],
    [
      "a second member",
      ({ resource }) =>
        Object.assign(resource[member], { eve: { ...resource[member].orders, member: "user:e@x.com" } }),
      [`authoritative-grants ${member}.eve`, `existing-services ${member}.eve`],
    ],
    [
      "a binding, which removes the owner's members",
      ({ resource }) => {
        const { member: one, ...place } = resource[member].orders;
        resource[`${service}_iam_binding`].theirs = { ...place, members: [one] };
      },
      [`authoritative-grants ${service}_iam_binding.theirs`, `existing-services ${service}_iam_binding.theirs`],
    ],
    [
      "the service itself",
      ({ resource }) => Object.assign(resource[service], { theirs: { ...resource[service].catalog, ...PLACE } }),
      ["existing-services", "no-public-invoker", "own-identities", "verified-callers"].map(
        (rule) => `${rule} ${service}.theirs`,
      ),
    ],
    ["no data source", ({ data }) => delete data[service], unread],
    ["another project", ({ data }) => Object.assign(data[service].orders, { project: "other" }), unread],
    ["a count", ({ data }) => Object.assign(data[service].orders, { count: 0 }), unread],
    ...[0, 1, 2].map((index): [string, (stack: StackToBreak) => unknown, readonly string[]] => [
      `no check ${index}`,
      ({ data }) => data[service].orders.lifecycle.postcondition.splice(index, 1),
      unread,
    ]),
    [
      "another audience",
      ({ data }) =>
        Object.assign(data[service].orders.lifecycle.postcondition[2], { condition: acceptsAudience("https://x") }),
      unread,
    ],
    [
      "no check of the policy",
      ({ data }) => delete data[`${service}_iam_policy`].orders.lifecycle,
      [`existing-services data.${service}_iam_policy.orders`],
    ],
    [
      "the policy of another service",
      ({ data }) => Object.assign(data[`${service}_iam_policy`].orders, { name: "other" }),
      [`existing-services data.${service}_iam_policy.orders`],
    ],
    [
      "a service that config does not name",
      ({ data }) => Object.assign(data[service], { payments: data[service].orders }),
      [`existing-services data.${service}.payments`],
    ],
  ])("find %s", (_, edit, expected) => expect(findings(edit)).toEqual(expected));

  test("refuse a single member where no service is an existing one", () => {
    const plain = intentOf("dev");
    const own = policyRules(plain, authorizerPolicy(plain), new Map());
    const json: StackToBreak = { provider: {}, ...structuredClone(stackOf(plain).json) };
    json.resource[member] = { orders: stack.resource[member].orders };
    expect(own.flatMap(({ findings: of }) => of(json)).map(({ address }) => address)).toContain(`${member}.orders`);
  });
});

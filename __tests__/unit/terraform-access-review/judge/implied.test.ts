import type { SynthesizedState } from "../../../../packages/terraform-access-review/model/state";
import { httpWith, restWith } from "../../../support/domains";
import { stateOf } from "../../../support/rest-state";
import { reviewed, SETTINGS } from "../../../support/settings";
import { accessBetween, edited, type Json, lines, verdict } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const ROUTE = SETTINGS.find(({ key }) => key === "services.<id>.routes.<id>");
const [without, withRoute] = reviewed(ROUTE as NonNullable<typeof ROUTE>);
const notOwn = ({ isOwnCode: _, ...state }: SynthesizedState): SynthesizedState => state;

test("a service's new public route is one line", () => {
  expect(lines(accessBetween(without, withRoute))).toEqual(["+ anyone | GET /orders/count | service shop-dev-orders"]);
});

test("if the functions' code is not the program's own, the role that they may become is broader as well", () => {
  const found = lines(accessBetween(notOwn(without), notOwn(withRoute)));
  expect(found.filter((line) => line.includes("sts:AssumeRole"))).toHaveLength(2);
});

test("another role that the function may become is broader", () => {
  const other = edited(withRoute, (all) => {
    const policy = JSON.parse(all.aws_iam_role_policy.public.policy);
    policy.Statement.push({ Effect: "Allow", Action: "sts:AssumeRole", Resource: "${aws_iam_role.callers.arn}" });
    all.aws_iam_role_policy.public.policy = JSON.stringify(policy);
  });
  const found = lines(accessBetween(without, { ...other, isOwnCode: true }));
  expect(found.filter((line) => line.includes("sts:AssumeRole"))).toEqual([
    "+ role shop-dev-public | sts:AssumeRole | role shop-dev-callers",
  ]);
});

const NETWORK = "203.0.113.0/24";
const WIDER = [NETWORK, "198.51.100.0/24"];
const KINDS = { "an HTTP API": httpWith, "a REST API": restWith } as const;
const LISTS: readonly [string, readonly string[] | undefined, readonly string[] | undefined, string][] = [
  ["a first list of networks", undefined, [NETWORK], "narrowed"],
  ["no list any more", [NETWORK], undefined, "broadened"],
  ["a longer list", [NETWORK], WIDER, "broadened"],
  ["a shorter list", WIDER, [NETWORK], "narrowed"],
  ["a part of the network", [NETWORK], ["203.0.113.128/25"], "narrowed"],
  ["a wider network", ["203.0.113.128/25"], [NETWORK], "broadened"],
  ["another network", [NETWORK], ["198.51.100.0/24"], "broadened"],
];

testAll(
  Object.entries(KINDS).flatMap(([kind, gateway]) =>
    LISTS.map(([what, before, after, expected]) => [kind, what, gateway, before, after, expected] as const),
  ),
)("%s with %s", (_kind, _what, gateway, before, after, expected) => {
  const [from, to] = [before, after].map((list) => stateOf(gateway(list ? { allowedNetworks: list } : {})));
  expect(verdict(accessBetween(from as SynthesizedState, to as SynthesizedState))).toBe(expected);
});

test("an empty list of networks is not known to be narrower", () => {
  const before = stateOf(httpWith({ allowedNetworks: [NETWORK] }));
  const after = edited(before, (_, { policy }) => (policy.allowedNetworks = []));
  expect(verdict(accessBetween(before, after))).toBe("broadened");
});

test("a first resource policy is broader if IAM decides on a method", () => {
  const signed = (state: SynthesizedState) =>
    edited(state, (all) =>
      Object.assign(Object.values(all.aws_api_gateway_method)[0] as object, { authorization: "AWS_IAM" }),
    );
  const [from, to] = [{}, { allowedNetworks: [NETWORK] }].map((gateway) => signed(stateOf(restWith(gateway))));
  expect(verdict(accessBetween(from as SynthesizedState, to as SynthesizedState))).toBe("broadened");
});

const each = (all: Json, type: string): Json[] => Object.values(all[type]);
const DENIAL = JSON.stringify({
  Statement: [{ Effect: "Deny", Principal: "*", Action: "execute-api:Invoke", Resource: "*" }],
});

testAll<[string, (all: Json) => unknown]>([
  [
    "a private API, which refuses every caller without one",
    (all) =>
      each(all, "aws_api_gateway_rest_api").map((api) => (api.endpoint_configuration = [{ types: ["PRIVATE"] }])),
  ],
  [
    "an API with a policy of its own, which it replaces",
    (all) => each(all, "aws_api_gateway_rest_api").map((api) => (api.policy = DENIAL)),
  ],
  [
    "an API, while IAM decides on a method of an unknown one",
    (all) =>
      Object.assign(each(all, "aws_api_gateway_method")[0] as object, { authorization: "AWS_IAM", rest_api_id: "x" }),
  ],
])("a first resource policy is broader for %s", (_, edit) => {
  const [from, to] = [{}, { allowedNetworks: [NETWORK] }].map((gateway) => edited(stateOf(restWith(gateway)), edit));
  const found = accessBetween(from as SynthesizedState, to as SynthesizedState).rows;
  expect(found.filter(({ effect, after }) => effect === "broadened" && after?.effect === "allow")).not.toEqual([]);
});

test("a route that no caller may call does not hide the role that its function may become", () => {
  const [before, after] = [without, withRoute].map((state) =>
    edited(state, (_, { policy }) => {
      const route = policy.routes["GET /orders/count"];
      if (route !== undefined) route.access = { scopes: ["missing/scope"] };
    }),
  );
  expect(verdict(accessBetween(before as SynthesizedState, after as SynthesizedState))).toBe("broadened");
});

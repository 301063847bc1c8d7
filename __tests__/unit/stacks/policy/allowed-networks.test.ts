import { allowedNetworks } from "../../../../stacks/policy/allowed-networks";
import { httpWith, NETWORKS, restWith } from "../../../support/domains";
import { violations } from "../../../support/policy";

const POLICY = "aws_api_gateway_rest_api_policy.gateway";
const API = "aws_api_gateway_rest_api.gateway";
const intent = restWith({ allowedNetworks: NETWORKS });

type Statement = Record<string, unknown>;

/** The policy with its denial changed. */
const denying = (change: Statement, also: readonly Statement[] = []) =>
  violations((find) => {
    const denial = {
      Effect: "Deny",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: `\${${API}.execution_arn}/*`,
      Condition: { NotIpAddress: { "aws:SourceIp": NETWORKS } },
      ...change,
    };
    find(POLICY).addOverride("policy", JSON.stringify({ Statement: [denial, ...also] }));
  }, intent);

test("a REST API with allowed networks breaks no rule, with and without preflights", () => {
  expect(violations(() => {}, intent)).toEqual([]);
  expect(violations(() => {}, restWith({ allowedNetworks: NETWORKS, cors: null }))).toEqual([]);
  expect(denying({})).toEqual([]);
});

test.each<[string, Statement]>([
  ["more networks than config names", { Condition: { NotIpAddress: { "aws:SourceIp": [...NETWORKS, "10.0.0.0/8"] } } }],
  ["the listed networks themselves", { Condition: { IpAddress: { "aws:SourceIp": NETWORKS } } }],
  [
    "under one more condition",
    { Condition: { NotIpAddress: { "aws:SourceIp": NETWORKS }, Bool: { "aws:SecureTransport": "false" } } },
  ],
  ["for some paths", { Resource: `\${${API}.execution_arn}/live/GET/*` }],
  ["for one principal", { Principal: { AWS: ["arn:aws:iam::111122223333:role/a"] } }],
  ["as an allowance", { Effect: "Deny", Action: "execute-api:ManageConnections" }],
])("a denial of %s stops the synthesis", (_, change) => {
  expect(denying(change)).toEqual([expect.stringContaining(`${API}: accepts every network`)]);
});

test("a policy that allows more than preflights stops the synthesis", () => {
  const everything = {
    Effect: "Allow",
    Principal: "*",
    Action: "execute-api:Invoke",
    Resource: `\${${API}.execution_arn}/*`,
  };
  expect(denying({}, [everything])).toEqual([
    expect.stringContaining(`${POLICY}: Principal * has a wildcard`),
    expect.stringContaining(`${POLICY}: Resource`),
  ]);
});

test("a snapshot without the current policy stops the synthesis", () => {
  const found = violations((find) => {
    Object.assign(find("aws_api_gateway_deployment.gateway"), { dependsOn: [API] });
  }, intent);
  expect(found).toEqual([expect.stringContaining(`${API}: serves a snapshot without its resource policy`)]);
});

test("only the API's own policy may allow preflights", () => {
  const statement = {
    Effect: "Allow",
    Action: "execute-api:Invoke",
    Resource: `\${${API}.execution_arn}/live/OPTIONS/*`,
  };
  const found = violations(
    (find) => find("aws_iam_role_policy.callers").addOverride("policy", JSON.stringify({ Statement: [statement] })),
    intent,
  );
  expect(found).toEqual([expect.stringContaining("aws_iam_role_policy.callers: Resource")]);
});

describe("an HTTP API with allowed networks", () => {
  /** Findings for an HTTP API whose authorizer uses these networks. */
  const deciding = (decided: readonly string[] | undefined) => {
    const policy = { ...(decided && { allowedNetworks: decided }) };
    const found: unknown[] = [];
    violations(
      (_, stack) => {
        const json = { resource: {}, provider: {}, ...stack.toTerraform() };
        found.push(...allowedNetworks.findings(json, { gateway: { allowedNetworks: NETWORKS }, policy }));
      },
      httpWith({ allowedNetworks: NETWORKS }),
    );
    return found;
  };

  test("breaks no rule, and uses the networks in config", () => {
    expect(violations(() => {}, httpWith({ allowedNetworks: NETWORKS }))).toEqual([]);
    expect(deciding([...NETWORKS].reverse())).toEqual([]);
  });

  test.each([
    ["nothing", undefined, "every network"],
    ["more than config names", [...NETWORKS, "10.0.0.0/8"], "10.0.0.0/8, "],
  ])("whose authorizer uses %s stops the synthesis", (_, networks, words) => {
    expect(deciding(networks)).toEqual([
      {
        address: "aws_apigatewayv2_api.gateway",
        message: expect.stringMatching(new RegExp(`^accepts ${words}.*in its authorizer's policy: expected `)),
      },
    ]);
  });
});

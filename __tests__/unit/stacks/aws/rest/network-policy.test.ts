import { NETWORKS, restWith } from "../../../../support/domains";
import { stackOf, statements } from "../../../../support/stack";

const stack = stackOf(restWith({ allowedNetworks: NETWORKS }));
const API = "${aws_api_gateway_rest_api.gateway.execution_arn}";
const trigger = (networks?: readonly string[]) =>
  stackOf(restWith(networks ? { allowedNetworks: networks } : {})).resource("aws_api_gateway_deployment", "gateway")
    .triggers.redeployment;

test("the API denies all other networks, and allows preflights, which have no authorizer", () => {
  expect(statements(stack.resource("aws_api_gateway_rest_api_policy", "gateway").policy)).toEqual([
    {
      Sid: "NowhereElse",
      Effect: "Deny",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: `${API}/*`,
      Condition: { NotIpAddress: { "aws:SourceIp": NETWORKS } },
    },
    {
      Sid: "Preflights",
      Effect: "Allow",
      Principal: "*",
      Action: "execute-api:Invoke",
      Resource: `${API}/live/OPTIONS/*`,
    },
  ]);
});

test("without preflights the policy itself allows no call", () => {
  const policy = stackOf(restWith({ allowedNetworks: NETWORKS, cors: null })).resource(
    "aws_api_gateway_rest_api_policy",
    "gateway",
  );
  expect(statements(policy.policy).map(({ Effect }) => Effect)).toEqual(["Deny"]);
});

test("a change of the networks causes a deployment, after the change", () => {
  expect(stack.resource("aws_api_gateway_deployment", "gateway").depends_on).toContain(
    "aws_api_gateway_rest_api_policy.gateway",
  );
  const triggers = [trigger(), trigger(NETWORKS), trigger(NETWORKS.slice(1))];
  expect(new Set(triggers).size).toBe(3);
  expect(trigger([...NETWORKS].reverse())).toBe(triggers[1]);
});

test("without networks there is no policy", () => {
  expect(stackOf(restWith({})).all("aws_api_gateway_rest_api_policy")).toEqual({});
});

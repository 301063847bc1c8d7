import { NETWORKS, restWith } from "../../../../support/domains";
import { stackOf, statements } from "../../../../support/stack";

const stack = stackOf(restWith({ allowedNetworks: NETWORKS }));
const API = "${aws_api_gateway_rest_api.gateway.execution_arn}";

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

import { auditedDev } from "../../../support/auditors";
import { restDev } from "../../../support/rest";
import { stateOf } from "../../../support/rest-state";
import { accessBetween, dev, edited, type Json } from "../../../support/synthesized-states";
import { testAll } from "../../../support/test-all";

const rest = stateOf(restDev());
const audited = stateOf(auditedDev());

/** Another spelling of the same grants. */
testAll<[string, typeof dev, (resource: Json, copy: Json) => unknown]>([
  [
    "no features of API Gateway's account, as a provider writes them",
    rest,
    ({ aws_api_gateway_account: accounts }) => {
      for (const each of Object.values<Json>(accounts)) each.features = [];
    },
  ],
  [
    "the error responses in another order",
    rest,
    (resource) => {
      const named = Object.entries<Json>(resource.aws_api_gateway_gateway_response);
      resource.aws_api_gateway_gateway_response = Object.fromEntries([...named].reverse());
    },
  ],
  [
    "a log group that an auditor's policy names twice",
    audited,
    ({ aws_iam_role_policy: { auditors } }) => {
      const policy = JSON.parse(auditors.policy);
      for (const { Effect, Resource } of policy.Statement)
        if (Effect === "Allow" && Array.isArray(Resource)) Resource.push(Resource[0]);
      auditors.policy = JSON.stringify(policy);
    },
  ],
  [
    "one scope in place of all of one scope",
    dev,
    (_, { policy }) => (policy.routes["GET /orders"].access.scopes = [{ allOf: ["orders/read"] }]),
  ],
])("%s is no change of access", (_, state, edit) => {
  const [there, back] = [accessBetween(state, edited(state, edit)), accessBetween(edited(state, edit), state)];
  const ofRows = ({ rows }: typeof there) =>
    rows.filter(({ after, before }) => after?.action.kind !== "aws-actions" && before?.action.kind !== "aws-actions");
  expect([...ofRows(there), ...ofRows(back)]).toEqual([]);
});

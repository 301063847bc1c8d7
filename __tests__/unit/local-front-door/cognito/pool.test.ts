import { callbackDeviations, userPools } from "../../../../packages/local-front-door/cognito/pool";
import { LocalIssuer } from "../../../../packages/local-front-door/issuers/issuers";
import { type Change, set, stackOf } from "../../../support/local/document";

const LOCAL = "http://localhost:5173/callback";
const DECLARED = "http://localhost:3000/cb";

function poolsWith(callbacks: readonly string[], ...changes: readonly Change[]) {
  const stack = stackOf(...changes);
  const [pool] = stack.all("aws_cognito_user_pool");
  const url = `https://${pool && stack.text(pool, "endpoint")}`;
  return userPools(stack, [new LocalIssuer({ id: "customers", kind: "cognito", url })], callbacks);
}

test("a local callback is added to the clients with the code flow, and is shown as a deviation", () => {
  const pools = poolsWith([LOCAL, DECLARED, LOCAL]);
  const added = pools.flatMap(({ clients }) => clients.map((client) => [client.address, client.localCallbackUrls]));
  expect(Object.fromEntries(added)).toEqual({
    "aws_cognito_user_pool_client.reporting_agent": [],
    "aws_cognito_user_pool_client.support_desk": [],
    "aws_cognito_user_pool_client.web": [LOCAL],
  });
  expect(callbackDeviations(pools, [LOCAL, DECLARED])).toEqual([
    `aws_cognito_user_pool_client.web.callback_urls: on this machine ${LOCAL} is a callback too`,
  ]);
  expect(callbackDeviations(poolsWith([]), [])).toEqual([]);
});

test("without sign-in, no callback can be added", () => {
  const pools = poolsWith([LOCAL], set("aws_cognito_user_pool_client.web", { allowed_oauth_flows: [] }));
  expect(() => callbackDeviations(pools, [LOCAL])).toThrow("no client signs people in, so no callback can be added");
  expect(callbackDeviations(pools, [])).toEqual([]);
});

import { callbackDeviations } from "../../../local/cognito/local-callbacks";
import { userPools } from "../../../local/cognito/pool";
import { LocalIssuer } from "../../../local/issuers";
import { type Change, set, stackOf } from "../support/document";

const LOCAL = "http://localhost:5173/callback";
const DECLARED = "http://localhost:3000/cb";

const issuers: LocalIssuer[] = [];
afterAll(() => Promise.all(issuers.map((issuer) => issuer.stop())));

async function poolsWith(callbacks: readonly string[], ...changes: readonly Change[]) {
  const stack = stackOf(...changes);
  const [pool] = stack.all("aws_cognito_user_pool");
  const url = `https://${pool && stack.text(pool, "endpoint")}`;
  const issuer = await LocalIssuer.start({ id: "customers", kind: "cognito", url });
  issuers.push(issuer);
  return userPools(stack, [issuer], callbacks);
}

test("a callback of this machine is added to the clients with the code flow, and is shown as a deviation", async () => {
  const pools = await poolsWith([LOCAL, DECLARED, LOCAL]);
  const added = pools.flatMap(({ clients }) => clients.map((client) => [client.address, client.localCallbackUrls]));
  expect(Object.fromEntries(added)).toEqual({
    "aws_cognito_user_pool_client.reporting_agent": [],
    "aws_cognito_user_pool_client.support_desk": [],
    "aws_cognito_user_pool_client.web": [LOCAL],
  });
  expect(callbackDeviations(pools, [LOCAL, DECLARED])).toEqual([
    `aws_cognito_user_pool_client.web.callback_urls: on this machine ${LOCAL} is a callback too`,
  ]);
  expect(callbackDeviations(await poolsWith([]), [])).toEqual([]);
});

test("where nobody signs in, no callback can be added", async () => {
  const pools = await poolsWith([LOCAL], set("aws_cognito_user_pool_client.web", { allowed_oauth_flows: [] }));
  expect(() => callbackDeviations(pools, [LOCAL])).toThrow("none signs people in, so none takes a callback");
  expect(callbackDeviations(pools, [])).toEqual([]);
});

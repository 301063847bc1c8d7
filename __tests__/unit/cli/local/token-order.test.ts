import { fillOrder, OrderRefused } from "../../../../cli/local/token-order";
import type { DeclaredCaller } from "../../../../packages/local-front-door/callers";

test("a client to which its user pool gives no tokens is refused before any request, with the key that may cause it", async () => {
  const caller = {
    name: "customers/batch",
    kind: "program",
    client: { flows: [] },
    pool: {},
  } as unknown as DeclaredCaller;
  const clouds = { callers: [caller], externalIssuers: [], cognitoUrl: "" };
  const order = fillOrder(clouds, { as: "customers/batch", claims: {} });
  await expect(order).rejects.toThrow(OrderRefused);
  await expect(order).rejects.toThrow("disabled: true");
});

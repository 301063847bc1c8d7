import { newRequestId } from "../../../../../packages/local-front-door/gateway/shared/gateway-server";

test("request ids look like API Gateway's", () => {
  expect(newRequestId()).toMatch(/^[A-Za-z0-9+]{15}=$/);
});

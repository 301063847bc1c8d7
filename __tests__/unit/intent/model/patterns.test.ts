import * as patterns from "../../../../intent/model/patterns";
import { testAll } from "../../../support/test-all";

testAll(Object.entries(patterns))("%s is anchored at both ends and keeps no state", (_, pattern) => {
  expect(pattern.source).toMatch(/^\^.*\$$/s);
  expect(pattern.flags).toBe("");
});

testAll(Object.entries(patterns))("%s accepts no invisible line end", (_, pattern) => {
  const samples = [
    "shop",
    "orders/read",
    "https://a.example.com",
    "arn:aws:iam::111122223333:role/a",
    "arn:aws:sns:eu-west-1:111122223333:on-call",
    "claim.tenant_id",
    "serviceAccount:a@b.iam.gserviceaccount.com",
    "eu-west-1",
    "europe-west1",
    "LOG_LEVEL",
    "api.shop.example.com",
    "203.0.113.0/24",
    "auditors@example.com",
    "group:auditors@example.com",
    "./openapi/orders.yaml",
    "./partners.pem",
    "/mcp",
  ].filter((sample) => pattern.test(sample));
  expect(samples).not.toEqual([]);
  for (const sample of samples) expect(pattern.test(`${sample}\n`)).toBe(false);
});

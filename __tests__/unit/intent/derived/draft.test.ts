import { parse } from "yaml";
import { draftOf } from "../../../../intent/derived/draft";
import { configSchema } from "../../../../intent/schema/config";
import type { LocatedMap } from "../../../../intent/source/located";
import { BASE } from "../../../support/config-folder";
import { locate } from "../../../support/located-values";

const written = parse(BASE);
const draft = draftOf({
  name: "dev",
  config: configSchema.parse(written),
  root: locate(written) as LocatedMap,
  unrouted: [],
});

test("ids are sorted, whatever their order in config", () => {
  expect(Object.keys(written.services)).toEqual(["orders", "catalog"]);
  expect([...draft.services.keys()]).toEqual(["catalog", "orders"]);
  expect([...draft.clients.keys()]).toEqual(["batch", "export", "web"]);
  expect([...(draft.services.get("orders")?.routes.keys() ?? [])]).toEqual(["GET /orders", "POST /orders"]);
});

test("a default applies and does not count as written", () => {
  expect(draft.services.get("orders")?.timeoutSeconds).toBe(30);
  expect(draft.isWritten(["services", "orders", "timeoutSeconds"])).toBe(false);
  expect(draft.isWritten(["services", "orders", "environment", "LOG_LEVEL"])).toBe(true);
});

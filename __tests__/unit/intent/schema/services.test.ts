import { explained } from "../../../../intent/schema/fields";
import { route, service } from "../../../../intent/schema/services";
import { testAll } from "../../../support/test-all";

const IMAGE = "docker.io/acme/orders:1";

testAll<[object, string]>([
  [{ timeoutSeconds: 31 }, "API Gateway waits 30 seconds"],
  [{ timeoutSeconds: 0 }, "a request takes a while"],
  [{ port: 0 }, "a port is a port"],
  [{ port: 65_536 }, "a port is a port"],
  [{ image: "a b" }, "an image is one word"],
  [{ environment: { A: 1 } }, "a variable is text"],
  [{ secrets: { A: "orders-url" } }, "a secret is a map"],
])("%j is refused: %s", (change) => {
  expect(service.safeParse({ image: IMAGE, ...change }).success).toBe(false);
});

testAll([
  "private",
  true,
  ["orders/read"],
  { access: "private" },
  { scopes: "orders/read" },
  { throttle: { burst: 1 } },
])("%j is not an access", (access) => {
  expect(route.safeParse(access).success).toBe(false);
});

testAll([
  ["2GB", '"2Gi"'],
  ["2G", '"2Gi"'],
  ["512m", '"512Mi"'],
  ["512 MiB", '"512Mi"'],
  ["1.5Gi", '"1536Mi"'],
  ["1.5Mi", 'as in "512Mi"'],
  ["0GB", 'as in "512Mi"'],
  ["2TB", 'as in "512Mi"'],
])("memory of %s gets the remedy %s", (memory, remedy) => {
  const { error } = service.safeParse({ image: IMAGE, routes: {}, resources: { memory } });
  expect(error?.issues.map(({ path }) => path)).toEqual([["resources", "memory"]]);
  expect(explained(error?.issues[0]?.message ?? "").remedy).toContain(remedy);
});

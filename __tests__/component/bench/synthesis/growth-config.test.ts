import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { tmpdir } from "node:os";
import { join } from "node:path";
import { type GatewayKind, growthConfig } from "../../../../bench/synthesis/growth-config";
import { loadIntents } from "../../../../intent/load";

/** The intents of the generated config, or the test fails with its problems. */
function intentsOf(routes: number, kind: GatewayKind = "http") {
  const folder = mkdtempSync(join(tmpdir(), "front-door-growth-"));
  try {
    for (const [name, text] of Object.entries(growthConfig(routes, kind))) writeFileSync(join(folder, name), text);
    const loaded = loadIntents(folder);
    if (!loaded.ok) throw new Error(JSON.stringify(loaded.problems, null, 2));
    return loaded.intents;
  } finally {
    rmSync(folder, { recursive: true });
  }
}

test.each([
  { routes: 1, services: 1 },
  { routes: 10, services: 2 },
  { routes: 50, services: 9 },
  { routes: 100, services: 17 },
  { routes: 300, services: 50 },
])("$routes routes are a valid config of $services services", ({ routes, services }) => {
  for (const intent of intentsOf(routes)) {
    expect(intent.services).toHaveLength(services);
    expect(intent.services.flatMap((service) => service.routes)).toHaveLength(routes);
  }
});

test("as many routes of a REST API are valid too", () => {
  for (const { gateway, services } of intentsOf(300, "rest")) {
    expect(gateway.kind).toBe("rest");
    expect(services.flatMap((service) => service.routes)).toHaveLength(300);
  }
});

test("it has as many environments as the example, all of them synthesizable", () => {
  expect(intentsOf(10).map(({ environment }) => environment)).toEqual(["dev", "prod", "staging"]);
});

test("the same number of routes gives the same text", () => {
  expect(growthConfig(50)).toEqual(growthConfig(50));
});

import type { Clouds } from "../../../../../packages/local-front-door/clouds";
import { SynthesizedEnvironments } from "../../../../support/local/environments";
import { variantOf } from "../../../../support/variant";

/** The front door of dev as an HTTP API, for callers of these networks; here all of them come from 127.0.0.1. */
async function openFor(networks: readonly string[], call: (clouds: Clouds) => Promise<void>): Promise<void> {
  const environments = new SynthesizedEnvironments(["dev"], () =>
    variantOf("dev", { gateway: { allowedNetworks: networks } }),
  );
  const clouds = await environments.start("dev");
  try {
    await call(clouds);
  } finally {
    await clouds.stop();
    environments.remove();
  }
}

test("a caller in an allowed network still needs a token", async () => {
  await openFor(["127.0.0.0/8"], async ({ url, callers }) => {
    const authorization = `Bearer ${await callers.find(({ name }) => name === "customers/web")?.token()}`;
    expect((await fetch(`${url}/products`)).status).toBe(200);
    expect((await fetch(`${url}/orders`)).status).toBe(401);
    expect((await fetch(`${url}/orders`, { headers: { authorization } })).status).toBe(200);
  });
});

test("a caller outside the allowed networks is refused with or without a token, also on public routes", async () => {
  await openFor(["203.0.113.0/24"], async ({ url, callers, functions }) => {
    const authorization = `Bearer ${await callers.find(({ name }) => name === "customers/web")?.token()}`;
    expect((await fetch(`${url}/products`)).status).toBe(403);
    expect((await fetch(`${url}/orders`, { headers: { authorization } })).status).toBe(403);
    const reasons = functions.flatMap(({ log }) => log.map((line) => JSON.parse(line).reason));
    expect(reasons).toEqual(["network", "network"]);
  });
});

import { readFileSync } from "node:fs";
import { join } from "node:path";
import { accessLedger } from "../../../review/access";
import type { SynthesizedState } from "../../../review/change/state";
import { sharedIssuerState } from "../../support/shared-issuer";

const read = (file: string) => JSON.parse(readFileSync(join(__dirname, "../../../synthesized/dev", file), "utf8"));
const dev: SynthesizedState = { stack: read("main.tf.json"), policy: read("authorizer-policy.json") };
const { stack } = sharedIssuerState(dev);

/** What a service's row says of the way past the gateway. */
function pastGateway(service: string): string | undefined {
  const rows = accessLedger(stack, undefined).filter(({ may }) => may === "call it past the gateway");
  return rows.find(({ on }) => on === `service storefront-dev-${service}`)?.under;
}

test("the row of a service says how many of its routes ask for no token", () => {
  expect(pastGateway("catalog")).toMatch(/ lets 5 routes \(4 with NO TOKEN\) pass and nothing else /);
});

test("where each asks for one it says nothing of it", () => {
  expect(pastGateway("orders")).toMatch(/ lets 11 routes pass and nothing else /);
});

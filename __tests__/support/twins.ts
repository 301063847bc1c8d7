import type { Intent } from "../../intent/model/intent";
import { BASE, intentsOf } from "./config-folder";
import { DOMAIN } from "./domains";

/** The small shop's config in two pairs of regions, behind one name. */
export function twinFiles(
  primary: string,
  twin: string,
  [first, second]: readonly [primary: string, twin: string] = ["primary", "secondary"],
): Readonly<Record<string, string>> {
  const gateway = { kind: "rest", domain: { ...DOMAIN, failover: first } };
  return {
    "base.yaml": BASE,
    [`${primary}.yaml`]: JSON.stringify({ aws: { ownsAccount: true }, google: { ownsProject: true }, gateway }),
    [`${twin}.yaml`]: JSON.stringify({
      twinOf: primary,
      aws: { region: "us-east-1" },
      google: { region: "us-east1", ownsProject: false },
      state: { region: "us-east-1" },
      services: { orders: { secrets: { DATABASE_URL: { version: null } } } },
      gateway: { domain: { failover: second } },
      issuers: { customers: { pool: "eu-west-1_First0001" } },
      clients: { web: { appClientId: "1web" }, batch: { appClientId: "1batch" } },
    }),
  };
}

/** That shop's two intents. */
export function twins(failover?: readonly [primary: string, twin: string]) {
  const [primary, twin] = intentsOf(twinFiles("prod", "prod-us", failover));
  return [primary, twin] as readonly [Intent, Intent];
}

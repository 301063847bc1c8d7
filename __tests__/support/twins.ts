import type { Intent } from "../../intent/model/intent";
import { BASE, intentsOf } from "./config-folder";
import { DOMAIN } from "./domains";

/** The small shop in two pairs of regions, behind one name. */
export function twins(failover: readonly [primary: string, twin: string] = ["primary", "secondary"]) {
  const gateway = { kind: "rest", domain: { ...DOMAIN, failover: failover[0] } };
  const [primary, twin] = intentsOf({
    "base.yaml": BASE,
    "prod.yaml": JSON.stringify({ aws: { ownsAccount: true }, google: { ownsProject: true }, gateway }),
    "prod-us.yaml": JSON.stringify({
      twinOf: "prod",
      aws: { region: "us-east-1" },
      google: { region: "us-east1", ownsProject: false },
      gateway: { domain: { failover: failover[1] } },
      issuers: { customers: { pool: "eu-west-1_First0001" } },
      clients: { web: { appClientId: "1web" }, batch: { appClientId: "1batch" } },
    }),
  });
  return [primary, twin] as readonly [Intent, Intent];
}

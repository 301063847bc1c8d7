import type { Intent } from "../../intent/model/intent";
import { restDev } from "./rest";
import { variantOf } from "./variant";

/** Dev as an HTTP API, with two instances of each function that Lambda keeps started. */
export function provisionedDev(instances = 2): Intent {
  return variantOf("dev", { gateway: { authorizer: { provisionedConcurrency: instances } } });
}

/** The same as a REST API. */
export function provisionedRest(): Intent {
  const defaultPlan = { quota: { requests: 1000, per: "day" } };
  return restDev({ gateway: { kind: "rest", defaultPlan, authorizer: { provisionedConcurrency: 2 } } });
}

import { confirmed, couldNotTell, refuted, type Verdict } from "../deployed/verdict";
import { NotListed } from "../inventory/cloud-tools";
import {
  accountKeys,
  functionCallers,
  gatewayParts,
  type Inventory,
  type Listing,
  logCopies,
  otherGrants,
  poolClients,
  poolProviders,
  poolRegistrations,
  serviceSettings,
  undeclared,
} from "../inventory/listings";
import { type Probe, planOf } from "./probe";

/** Maximum number of findings in a verdict. */
const NAMED = 10;

interface Listed extends Pick<Probe, "id" | "question" | "settles"> {
  readonly listings: (inventory: Inventory) => readonly Listing[];
  /** The consequence of an additional object. */
  readonly means: string;
}

/** A probe that sends no request: it lists what no plan sees, with the clouds' command-line tools. */
function listing({ listings, means, ...probe }: Listed): Probe {
  return {
    ...probe,
    plan({ inventory }) {
      if (inventory === undefined) return couldNotTell("this probe needs --inventory");
      return planOf([], () => verdictOn(listings(inventory), means));
    },
  };
}

async function verdictOn(listings: readonly Listing[], means: string): Promise<Verdict> {
  if (listings.length === 0) return couldNotTell("the stack declares nothing of this kind");
  const found: string[] = [];
  try {
    for (const each of listings) found.push(...(await undeclared(each)).map((what) => `${each.place}: ${what}`));
  } catch (error) {
    if (!(error instanceof NotListed)) throw error;
    // What was found before is a finding, whatever the rest would show.
    if (found.length === 0) return couldNotTell(error.message);
  }
  if (found.length === 0) return confirmed(`${listings.length} places have only what the stack declares`);
  const more = found.length > NAMED ? `\nand ${found.length - NAMED} more` : "";
  return refuted(
    `${found.slice(0, NAMED).join("\n")}${more}`,
    means,
    "remove it, or declare it; no plan shows it and no deploy removes it (docs/how-to/drift.md)",
  );
}

const NO_PLAN = "Terraform compares only what it declares, so no plan shows an additional object.";

export const otherProviders = listing({
  id: "other-providers",
  question: "Does the workload identity pool have only the declared providers?",
  settles: NO_PLAN,
  listings: poolProviders,
  means: "another provider of the pool can let other identities become the service accounts",
});

export const otherBindings = listing({
  id: "other-bindings",
  question:
    "Do services, service accounts, secrets, topics and log views have only the declared roles, without a condition?",
  settles: "A binding covers one role without a condition, so no plan shows another role or a condition.",
  listings: otherGrants,
  means: "principals that the access ledger does not list have a role",
});

export const serviceAccountKeys = listing({
  id: "account-keys",
  question: "Do the service accounts have no keys?",
  settles: NO_PLAN,
  listings: accountKeys,
  means: "the holder of the key is the service account, from anywhere, until the key is deleted",
});

export const unreadSettings = listing({
  id: "service-settings",
  question: "Are settings that the provider does not read unset on each Cloud Run service?",
  settles:
    "Provider 6.50 reads no disabled default URL, no Identity-Aware Proxy, no service-level maximum, and only declared labels.",
  listings: serviceSettings,
  means: "calls may be refused, or counted and limited otherwise than config says",
});

export const otherRoutes = listing({
  id: "other-routes",
  question: "Do the API and its domain have only the declared routes, stages and mappings?",
  settles: NO_PLAN,
  listings: gatewayParts,
  means: "the gateway serves a route that no review has seen, possibly without an authorizer",
});

export const otherInvokers = listing({
  id: "other-invokers",
  question: "Do the functions have only the declared invokers, and no URL?",
  settles: NO_PLAN,
  listings: functionCallers,
  means: "another principal can invoke the function, whose answer has the service's Google ID token",
});

export const otherClients = listing({
  id: "other-clients",
  question: "Do the user pools have only the declared app clients and identity providers?",
  settles: NO_PLAN,
  listings: poolClients,
  means: "other programs or people can get tokens of the pool",
});

export const clientRegistration = listing({
  id: "client-registration",
  question: "Is dynamic client registration off in the user pools, and did no client come from it?",
  settles: "Provider 6.25 neither sets nor reads dynamic client registration (RFC 7591) of a user pool.",
  listings: poolRegistrations,
  means: "programs can get app clients of the pool by themselves; the authorizer refuses them as client-unknown",
});

export const otherCopies = listing({
  id: "log-copies",
  question: "Do the log groups of the gateway and the functions have no subscription filter?",
  settles: NO_PLAN,
  listings: logCopies,
  means: "another place receives the log lines, with callers and paths in them",
});

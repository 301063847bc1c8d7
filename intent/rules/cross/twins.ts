import { type CrossRule, type Draft, issuersOf } from "../../derived/draft";
import { overlayFile } from "../../source/environments";
import { type Located, nodeAt, type Path, plain } from "../../source/located";
import { sortedLists } from "../../source/values";

const PAGE = "docs/how-to/two-regions.md";

/** What a twin may have of its own. `*` stands for one name. Everything else decides who may call what, or how. */
const MAY_DIFFER = [
  "alarms",
  "aws",
  "clients.*.appClientId",
  "clients.*.quota",
  "clients.*.throttle",
  "federation",
  "gateway.authorizer",
  "gateway.defaultPlan",
  "gateway.domain.failover",
  "gateway.domain.records",
  "gateway.throttle",
  "google",
  "issuers.*.pool",
  "limits",
  "protect",
  "recoveryDays",
  "services.*.environment",
  "services.*.existing",
  "services.*.image",
  "services.*.resources",
  "services.*.rollout",
  "services.*.routes.*.throttle",
  "services.*.scaling",
  "services.*.secrets.*.replicas",
  "services.*.secrets.*.version",
  "state",
  "twinOf",
].map((key) => key.split("."));

/** A twin is the same front door: a caller that one of the two admits, the other admits for the same. */
export const twinsAreAlike: CrossRule = (drafts, report) => {
  for (const { twin, primary } of twins(drafts)) {
    for (const path of differences(twin.root, primary.root)) {
      report(twin.environment, path, {
        got: `${shown(nodeAt(twin.root, path))}, where ${primary.environment} has ${shown(nodeAt(primary.root, path))}`,
        expected: "the same in both: a twin has regions, accounts, scaling, quotas and images of its own",
        remedy: `write it in ${primary.environment}.yaml for both, or remove it here; ${PAGE} lists what may differ`,
      });
    }
  }
};

/** A twin that needs anything of its primary's region would be away together with it. */
export const twinsAreElsewhere: CrossRule = (drafts, report) => {
  for (const { twin, primary } of twins(drafts)) {
    const existing = [...twin.services.keys()].map((id) => ["services", id, "existing"]);
    for (const part of [["aws"], ["google"], ["state"], ...existing]) {
      const path = [...part, "region"];
      const region = nodeAt(twin.root, path);
      if (region === undefined || text(region) !== text(nodeAt(primary.root, path))) continue;
      report(twin.environment, path, {
        got: `${plain(region)}, as in ${primary.environment}`,
        expected: "another region than that of its primary",
        remedy: "write the region of the second front door here",
      });
    }
  }
};

/**
 * A version counts in one secret, a number in one project, a record for one account, and few requests are a fault in a region
 * that is called: what a twin inherits is another's.
 */
export const twinsWriteTheirOwn: CrossRule = (drafts, report) => {
  for (const { twin, primary } of twins(drafts)) {
    const file = overlayFile(twin.environment);
    const versions = [...twin.services].flatMap(([id, { secrets }]) =>
      Object.keys(secrets).map((variable) => ({
        path: ["services", id, "secrets", variable, "version"],
        expected: "a version of the twin's own secret",
        remedy: `write version: null in ${file} for the first deploy, then the version that you added`,
      })),
    );
    const number = {
      path: ["google", "projectNumber"],
      expected: `the number of ${twin.google.project}`,
      remedy: `write it in ${file}, or null for none`,
    };
    const records = {
      path: ["gateway", "domain", "records"],
      expected: "the records that exist for this account's certificate: each account has its own validation record",
      remedy: `write records: none in ${file} for the first deploy: docs/how-to/domains.md`,
    };
    const calls = {
      path: ["alarms", "fewestRequests"],
      expected: "none in a secondary, which has no calls while its primary answers",
      remedy: `write alarms: { fewestRequests: false } in ${file}, or its own number`,
    };
    const all = [
      ...versions,
      ...(twin.gateway.domain?.failover === "secondary" && twin.alarms?.fewestRequests ? [calls] : []),
      ...(twin.google.project === primary.google.project ? [] : [number]),
      ...(twin.aws.account === primary.aws.account ? [] : [records]),
    ];
    for (const { path, ...verdict } of all) {
      const node = nodeAt(twin.root, path);
      if (node === undefined || node.origin.file === file) continue;
      report(twin.environment, path, { got: `${plain(node)}, from ${primary.environment}`, ...verdict });
    }
  }
};

/** Callers have two front doors, not three: DNS knows a primary and a secondary one. */
export const primariesHaveOneTwin: CrossRule = (drafts, report) => {
  const found = twins(drafts);
  for (const { twin, primary } of found) {
    const other = found.find((each) => each.primary === primary && each.twin !== twin);
    if (other === undefined) continue;
    report(twin.environment, ["twinOf"], {
      got: `${primary.environment}, whose twin is ${other.twin.environment} already`,
      expected: "one twin for each environment",
      remedy: "remove one of the two",
    });
  }
};

/** Both have records of the name in one zone, so Route 53 must know which of them to answer with. */
export const twinsShareTheirZone: CrossRule = (drafts, report) => {
  const twinned = twins(drafts);
  for (const { twin, primary } of twinned) {
    const [own, other] = [twin.gateway.domain, primary.gateway.domain];
    if (own?.zoneId === undefined || own.zoneId !== other?.zoneId) continue;
    const pair = [other.failover ?? "none", own.failover ?? "none"].sort().join(" and ");
    const path = ["gateway", "domain", "failover"];
    if (pair !== "primary and secondary" && pair !== "latency and latency") {
      report(twin.environment, path, {
        got: `${own.failover ?? "none"}, where ${primary.environment} has ${other.failover ?? "none"}`,
        expected: "primary in one of the two and secondary in the other, or latency in both",
        remedy: `write it in ${primary.environment}.yaml and here; ${PAGE}#dns gives the order of deploys`,
      });
    } else if (twin.aws.account !== primary.aws.account) {
      report(twin.environment, ["aws", "account"], {
        got: `${twin.aws.account}, where ${primary.environment} has ${primary.aws.account}`,
        expected: "one AWS account for both: the certificate's validation record, which the primary has, depends on it",
        remedy: "use one account, or leave out zoneId and make the records by hand",
      });
    }
  }
  for (const draft of drafts) {
    const { failover, zoneId } = draft.gateway.domain ?? {};
    const isTwinned = twinned.some(({ twin, primary }) => twin === draft || primary === draft);
    if (failover === undefined || (isTwinned && zoneId !== undefined)) continue;
    report(draft.environment, ["gateway", "domain", "failover"], {
      got: `${failover} without ${isTwinned ? "zoneId" : "a twin"}`,
      expected: "two environments with this name in one Route 53 zone, one the twin of the other",
      remedy: isTwinned
        ? "write gateway.domain.zoneId, or remove it"
        : "write a second environment with twinOf, or remove it",
    });
  }
};

/** An AWS principal signs a request for AWS STS in one region, so its token would count in one of the two alone. */
export const twinsHaveNoSignedRequests: CrossRule = (drafts, report) => {
  for (const { twin, primary } of twins(drafts)) {
    for (const [id] of issuersOf(twin, "aws-iam")) {
      report(twin.environment, ["issuers", id, "kind"], {
        got: `aws-iam, as in ${primary.environment}`,
        expected: "an issuer whose tokens are the same in both regions (a signed request is for AWS STS in one region)",
        remedy: "use tokens of AWS's outbound identity federation for both: docs/how-to/call-without-a-secret.md",
      });
    }
  }
};

/** A second user pool would have clients of the same names, with other ids: a caller of one would be unknown in the other. */
export const twinsShareUserPools: CrossRule = (drafts, report) => {
  const primaries = new Map(twins(drafts).map(({ twin, primary }) => [twin, primary]));
  for (const draft of drafts) {
    const primary = primaries.get(draft);
    const seen = new Map<string, Path>();
    for (const { path, value } of sharedIds(draft)) {
      const other = value === undefined ? undefined : seen.get(value);
      if (value !== undefined) seen.set(value, path);
      if (primary !== undefined && other !== undefined) {
        report(draft.environment, path, {
          got: `${value}, which is ${other.join(".")} already`,
          expected: "an id of its own: one caller would count as the other",
          remedy: `read both from the outputs issuers and clients of ${primary.environment}: ${PAGE}#identity`,
        });
      }
      const isPool = path[0] === "issuers";
      const prefix = `${primary?.aws.region}_`;
      if (primary === undefined && value !== undefined) {
        report(draft.environment, path, {
          got: `${path.at(-1)} without twinOf`,
          expected: "none: this stack creates the user pool and its clients",
          remedy: "remove it, or name the environment of the user pool in twinOf",
        });
      } else if (primary !== undefined && (value === undefined || (isPool && !value.startsWith(prefix)))) {
        const [what, output] = isPool ? ["user pool", "issuers"] : ["app client", "clients"];
        report(draft.environment, path, {
          got: value ?? `no ${path.at(-1)}`,
          expected: `the id of the ${what} of ${primary.environment}${isPool ? `, which begins with ${prefix}` : ""}`,
          remedy: `read it from the output ${output} of ${primary.environment}: ${PAGE}#identity`,
        });
      }
    }
  }
};

/** The ids of a user pool and its clients, which only a twin knows before its first deploy. */
function sharedIds(draft: Draft): readonly { readonly path: Path; readonly value: string | undefined }[] {
  const pools = issuersOf(draft, "cognito").map(([id, { pool }]) => ({ path: ["issuers", id, "pool"], value: pool }));
  const clients = [...draft.clients].flatMap(([id, client]) =>
    client.grant === "external" ? [] : [{ path: ["clients", id, "appClientId"], value: client.appClientId }],
  );
  return [...pools, ...clients];
}

function twins(drafts: readonly Draft[]): readonly { readonly twin: Draft; readonly primary: Draft }[] {
  return drafts.flatMap((twin) => {
    const primary = drafts.find(({ environment }) => environment === twin.twinOf);
    return primary === undefined ? [] : [{ twin, primary }];
  });
}

/** Places at which two environments differ and must not, each as far down as maps go. */
function differences(one: Located | undefined, other: Located | undefined, path: Path = []): readonly Path[] {
  const mayDiffer = (key: Path) => key.every((step, at) => at < path.length && (step === "*" || step === path[at]));
  if (MAY_DIFFER.some(mayDiffer)) return [];
  if (one?.kind === "map" && other?.kind === "map") {
    const keys = new Set([...one.entries.keys(), ...other.entries.keys()]);
    return [...keys].flatMap((key) => differences(one.entries.get(key), other.entries.get(key), [...path, key]));
  }
  return text(one) === text(other) ? [] : [path];
}

/** The keys of a map that only one of the two has. */
function shown(node: Located | undefined): string {
  return node?.kind === "map" ? `{ ${[...node.entries.keys()].join(", ")} }` : text(node);
}

/** Every list of config is a set. */
function text(node: Located | undefined): string {
  return node === undefined ? "nothing" : JSON.stringify(sortedLists(plain(node)));
}

import { looksRandom } from "../../contract/credentials";
import { carrierOf, providerOf } from "../../contract/identity-providers";
import { type Draft, issuersOf, scopeReaders } from "../derived/draft";
import { splitRouteKey } from "../derived/routes";
import { claimsOfIssuer } from "../derived/scopes";
import type { Allowance } from "../model/intent";
import { routeAddress } from "../model/names";
import { nearest } from "../model/nearest";
import { formatProblem, type Problem } from "../model/problem";
import { ALWAYS_ENABLED_REGIONS, REGIONS, REGIONS_DATE } from "../model/regions";
import { findingAt, type Verdict } from "../source/finding";
import { formatPath, type Path } from "../source/located";
import { verifiesTokens } from "./images";
import { BUILD_SYSTEMS } from "./multi-tenant-issuers";
import { placeholdersIn } from "./placeholders";

/** Rule ids with which config allows what a warning reports. */
const RULES = [
  "known-region",
  "maybe-credential",
  "mutual-tls-caller",
  "opt-in-region",
  "own-claim",
  "placeholder",
  "provider-claim",
  "rest-cors",
  "rollout-instances",
  "unused-setting",
] as const;

export function isWarningRule(rule: string): boolean {
  return RULES.some((each) => each === rule);
}

/** Probable mistakes that may be correct. They stop nothing. */
export interface Warnings {
  readonly texts: readonly string[];
  /** Unused allowances of these rules: each would silently cover the next mistake. */
  readonly unused: readonly Problem[];
}

interface Warning {
  readonly rule: (typeof RULES)[number];
  /** What an allowance names: `aws.eu-west-9`. */
  readonly address: string;
  readonly path: Path;
  /** The remedy is completed by the allowance that silences the warning. */
  readonly verdict: Verdict;
}

/** Every probable mistake of an environment that its allowances do not name. */
export function warningsOn(draft: Draft, allowances: readonly Allowance[]): Warnings {
  const found = [
    ...unknownRegions(draft),
    ...optInRegion(draft),
    ...placeholders(draft),
    ...undocumentedClaims(draft),
    ...changeableClaims(draft),
    ...randomValues(draft),
    ...rolloutInstances(draft),
    ...callersWithoutCertificate(draft),
    ...unusedEnvoy(draft),
    ...pagesOfRest(draft),
  ];
  const own = allowances.filter(({ rule }) => isWarningRule(rule));
  const [needed, allowed] = [found, own].map((some) => new Set(some.map(keyOf)));
  return {
    texts: found.filter((each) => !allowed?.has(keyOf(each))).map((each) => textOf(draft, each)),
    unused: own
      .filter((each) => !needed?.has(keyOf(each)))
      .map(({ rule, address, place }) => ({
        ...place,
        message: `got an unused allowance for ${address} and the rule ${rule}, expected one that a warning needs`,
        remedy: "remove the entry, or correct its address, as in aws.eu-west-9",
      })),
  };
}

function keyOf({ rule, address }: Pick<Allowance, "address" | "rule">): string {
  return `${rule} ${address}`;
}

function textOf({ root }: Draft, { rule, address, path, verdict }: Warning): string {
  const remedy = `${verdict.remedy}, allow it: rule ${rule}, address ${address}`;
  const { origin, message } = findingAt(root, path, verdict);
  return `warning: ${formatProblem({ ...origin, path: formatPath(path), message, remedy })}`;
}

interface Region {
  readonly path: Path;
  readonly cloud: "aws" | "google";
  readonly region: string;
}

function unknownRegions(draft: Draft): readonly Warning[] {
  return regionsIn(draft).flatMap(({ path, cloud, region }): readonly Warning[] => {
    if (REGIONS[cloud].includes(region)) return [];
    const near = nearest(region, REGIONS[cloud]);
    const verdict = {
      got: JSON.stringify(region),
      expected: `a region that ${cloud === "aws" ? "AWS" : "Google"} had on ${REGIONS_DATE}`,
      remedy: `${near === undefined ? "" : `did you mean ${JSON.stringify(near)}? `}If it is a newer one`,
    };
    return [{ rule: "known-region", address: `${cloud}.${region}`, path, verdict }];
  });
}

function regionsIn({ aws, google, state, services }: Draft): readonly Region[] {
  const replicas = [...services].flatMap(([service, { secrets }]) =>
    Object.entries(secrets).flatMap(([variable, secret]) =>
      (Array.isArray(secret.replicas) ? secret.replicas : []).map((region: string, index): Region => {
        return { path: ["services", service, "secrets", variable, "replicas", index], cloud: "google", region };
      }),
    ),
  );
  return [
    { path: ["aws", "region"], cloud: "aws", region: aws.region },
    { path: ["google", "region"], cloud: "google", region: google.region },
    ...(state.region === undefined ? [] : [{ path: ["state", "region"], cloud: "aws", region: state.region } as const]),
    ...replicas,
  ];
}

/**
 * Callers that prove their AWS identity are verified by AWS STS of the environment's region. In a region that an account
 * must enable, it refuses callers of accounts that have not (IAM, "Managing AWS STS in an AWS Region").
 */
function optInRegion(draft: Draft): readonly Warning[] {
  const { region } = draft.aws;
  const [[issuer] = []] = issuersOf(draft, "aws-iam");
  if (issuer === undefined || ALWAYS_ENABLED_REGIONS.includes(region) || !REGIONS.aws.includes(region)) return [];
  const verdict = {
    got: `${JSON.stringify(region)} with issuers.${issuer}, of kind aws-iam`,
    expected: "a region that is enabled in each account (AWS STS of this one refuses callers of other accounts)",
    remedy: "enable it in the accounts of all callers, whose credentials must come from a regional endpoint. Then",
  };
  return [{ rule: "opt-in-region", address: `aws.${region}`, path: ["aws", "region"], verdict }];
}

/** Cloud Run scales each revision by itself, so two revisions of a rollout may have twice `scaling.max` instances. */
function rolloutInstances({ services, limits }: Draft): readonly Warning[] {
  const quota = limits.cloudRunMaxInstances;
  return [...services].flatMap(([id, { rollout, scaling }]): readonly Warning[] => {
    // More than the quota is an error of its own.
    if (rollout === undefined || scaling.max > quota || 2 * scaling.max <= quota) return [];
    const verdict = {
      got: `${scaling.max}, which a rollout doubles to ${2 * scaling.max}: each of its two revisions scales by itself`,
      expected: `at most ${quota} instances together (limits.cloudRunMaxInstances)`,
      remedy: `lower it to ${Math.floor(quota / 2)}, or raise the limit with Google's quota. If the service may be short of instances`,
    };
    return [
      { rule: "rollout-instances", address: `services.${id}`, path: ["services", id, "scaling", "max"], verdict },
    ];
  });
}

/** Without a service behind Envoy, its image has no effect. */
function unusedEnvoy(draft: Draft): readonly Warning[] {
  if (draft.envoy === undefined || verifiesTokens(draft)) return [];
  const verdict = {
    got: "an image of Envoy that nothing uses",
    expected: "none without handshake: shared-issuer and without verifyCallerToken",
    remedy: "remove it, or move it to the environments that use it. If a service soon will",
  };
  return [{ rule: "unused-setting", address: "envoy.image", path: ["envoy", "image"], verdict }];
}

/** A page cannot read an answer without the header, which a REST API adds to preflights and its own refusals alone. */
function pagesOfRest({ gateway }: Draft): readonly Warning[] {
  if (gateway.kind !== "rest" || gateway.cors === undefined || gateway.cors.servicesAnswer) return [];
  const verdict = {
    got: "web pages that call a REST API, and no servicesAnswer",
    expected: "services that write access-control-allow-origin (a REST API forwards their answers unchanged)",
    remedy:
      "let each service write it (docs/how-to/call-with-the-user-pool.md#cors), then write servicesAnswer: true. Until then",
  };
  return [{ rule: "rest-cors", address: "gateway.cors", path: ["gateway", "cors"], verdict }];
}

/** An environment that only runs on a machine so far may have placeholders. With a pipeline, they are errors as well. */
function placeholders(draft: Draft): readonly Warning[] {
  return placeholdersIn(draft).map(({ path, value }) => {
    const verdict = {
      got: `the placeholder ${JSON.stringify(value)}`,
      expected: "a value of your own before the first deploy",
      remedy: "replace it. Until then",
    };
    return { rule: "placeholder", address: path.slice(0, 2).join("."), path, verdict };
  });
}

/**
 * A claim that the issuer's provider does not document. It may be one that you add to the tokens. A claim with a namespace
 * always is.
 */
function undocumentedClaims(draft: Draft): readonly Warning[] {
  return scopeReaders(draft).flatMap(({ path, issuer: { issuer, scopeClaim, clientClaim } }) => {
    const provider = providerOf(issuer);
    if (provider === undefined || provider.scopes.length === 0) return [];
    const { name, scopes, clients, never } = provider;
    const isOwn = (claim: string) => !never.includes(claim) && !/[:/]/.test(claim);
    const warning = (key: string, claim: string, known: readonly string[]): Warning => ({
      rule: "provider-claim",
      address: path.join("."),
      path: [...path, key],
      verdict: {
        got: JSON.stringify(claim),
        expected: `a claim that ${name} documents: ${known.join(", ")}`,
        remedy: `write one of them. If you add ${claim} to the tokens`,
      },
    });
    const unknown = [scopeClaim].flat().filter((claim) => isOwn(claim) && carrierOf(provider, claim) === undefined);
    const claims = scopes.map(({ claim }) => claim);
    return [
      ...unknown.map((claim) => warning("scopeClaim", claim, claims)),
      ...(path[0] === "issuers" && isOwn(clientClaim) && !clients.includes(clientClaim)
        ? [warning("clientClaim", clientClaim, clients)]
        : []),
    ];
  });
}

/**
 * Claims of OpenID Connect that people write into their own profile, and Entra ID's that an administrator may give to
 * another person. Who can change the claim can choose whose data a route opens.
 */
const CHANGEABLE = [
  ...["name", "given_name", "family_name", "middle_name", "nickname", "preferred_username", "profile", "picture"],
  ...["website", "email", "gender", "birthdate", "zoneinfo", "locale", "phone_number", "address", "updated_at"],
  ...["unique_name", "upn"],
];

function changeableClaims(draft: Draft): readonly Warning[] {
  return [...draft.issuers].flatMap(([id, issuer]) =>
    claimsOfIssuer(issuer).flatMap((claim, index): readonly Warning[] => {
      if (!CHANGEABLE.includes(claim)) return [];
      const verdict = {
        got: JSON.stringify(claim),
        expected: "a claim that no caller can change (many issuers let people write this one into their profile)",
        remedy: "compare sub, or a claim that only the issuer sets. If only the issuer sets this one",
      };
      return [{ rule: "own-claim", address: `issuers.${id}`, path: ["issuers", id, "pathClaims", index], verdict }];
    }),
  );
}

/** A text without a known form may still be a secret. The warning does not quote it. */
function randomValues({ services }: Draft): readonly Warning[] {
  return [...services].flatMap(([id, { environment }]) =>
    Object.entries(environment).flatMap(([variable, value]): readonly Warning[] => {
      if (!looksRandom(value)) return [];
      const verdict = {
        got: `a random text of ${value.length} characters`,
        expected: "no secret: everyone who reads this repository, a plan or the state has it",
        remedy: "if it is one, write it below services.<id>.secrets. If it is not",
      };
      const path = ["services", id, "environment", variable];
      return [{ rule: "maybe-credential", address: `services.${id}`, path, verdict }];
    }),
  );
}

/**
 * Mutual TLS applies to every connection to the domain, so it also shuts out callers that have no client certificate:
 * callers of public routes, preflights (the Fetch standard sends them without one), and jobs of build systems.
 */
function callersWithoutCertificate(draft: Draft): readonly Warning[] {
  const { gateway, routes, clients } = draft;
  if (gateway.mutualTls === undefined) return [];
  const issuers = new Map(issuersOf(draft, "oidc"));
  const warning = (address: string, path: Path, got: string, exception: string): Warning => {
    const expected = "a caller with a client certificate: gateway.mutualTls refuses every other connection";
    const remedy = `move it to an environment without mutualTls. If ${exception}`;
    return { rule: "mutual-tls-caller", address, path, verdict: { got, expected, remedy } };
  };
  const publicRoutes = routes.filter(({ config }) => config.access === "public");
  return [
    ...publicRoutes.map(({ service, key, path }) => {
      const { method, path: pattern } = splitRouteKey(key) ?? { method: "", path: key };
      const address = `routes.${routeAddress(service, method, pattern)}`;
      return warning(address, path, "a public route", "all of its callers have a certificate");
    }),
    ...(gateway.cors?.origins ?? []).map((origin, index) => {
      const got = `${origin}, a browser's origin: preflights carry no certificate`;
      return warning("gateway.cors", ["gateway", "cors", "origins", index], got, "no page calls yet");
    }),
    ...[...clients].flatMap(([id, { issuer, disabled }]): readonly Warning[] => {
      const url = issuers.get(issuer)?.issuer;
      if (url === undefined || disabled || !isBuildSystem(url)) return [];
      const got = `a job with a token of ${url}, which has no certificate`;
      return [warning(`clients.${id}`, ["clients", id], got, "the job reads a certificate and its key from a secret")];
    }),
  ];
}

function isBuildSystem(issuer: string): boolean {
  if (!URL.canParse(issuer)) return false;
  const { hostname, pathname } = new URL(issuer);
  return BUILD_SYSTEMS.some((pattern) => pattern.test(`${hostname}${pathname}`));
}

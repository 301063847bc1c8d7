import { type Draft, type Rule, scopeReaders, type WrittenRoute } from "../derived/draft";
import { scopedAccess } from "../derived/routes";
import { claimsOfIssuer, issuersThatOpen } from "../derived/scopes";
import { nearest, suggestion } from "../model/nearest";
import type { Path } from "../source/located";

/** A comparison of a route, with its place. */
interface Compared {
  readonly route: WrittenRoute;
  readonly variable: string;
  readonly claim: string;
  readonly list: boolean;
  readonly path: Path;
}

function comparedIn({ routes }: Pick<Draft, "routes">): readonly Compared[] {
  return routes.flatMap((route) =>
    Object.entries(scopedAccess(route.config).where ?? {}).map(([variable, { claim, list = false }]) => {
      return { route, variable, claim, list, path: [...route.path, "where", variable] };
    }),
  );
}

/** A public route has no caller whose claims it could compare. */
export const comparedRoutesHaveCallers: Rule = ({ routes }, report) => {
  for (const { config, path } of routes) {
    if (config.where === undefined || config.scopes !== undefined) continue;
    report([...path, "where"], {
      got: "where without scopes",
      expected: "scopes: only a caller with a token has claims",
      remedy: "add the scopes that may call it, or remove where",
    });
  }
};

/** A greedy variable is several segments, of which servers may read some as others. */
export const comparedVariablesAreInThePath: Rule = (draft, report) => {
  for (const { route, variable, path } of comparedIn(draft)) {
    const segments = route.key.split("/");
    if (segments.includes(`{${variable}}`)) continue;
    const known = segments.flatMap((segment) => /^\{(\w+)\}$/.exec(segment)?.[1] ?? []);
    report(path, {
      got: segments.includes(`{${variable}+}`)
        ? `${JSON.stringify(variable)}, which stands for several segments`
        : JSON.stringify(variable),
      expected: `a variable of one segment of ${route.key}`,
      remedy:
        known.length === 0
          ? "give the segment a variable of its own in the path"
          : `correct it; ${suggestion(variable, known)}`,
    });
  }
};

/** Without an issuer that states the claim, the route refuses every caller. */
export const comparedClaimsHaveAnIssuer: Rule = (draft, report) => {
  for (const { route, claim, path } of comparedIn(draft)) {
    const { where: _, ...open } = route.config;
    const opening = issuersThatOpen(open, draft);
    const listed = opening.flatMap((id) => claimsOfIssuer(draft.issuers.get(id)));
    if (opening.length === 0 || listed.includes(claim)) continue;
    const [able] = opening.filter((id) => draft.issuers.get(id)?.kind !== "aws-iam");
    const meant = nearest(claim, listed);
    const other =
      able === undefined
        ? "give the scopes of the route to callers of an issuer with tokens (AWS principals have no claims)"
        : `if ${able} sets the claim and no caller can change it, write issuers.${able}.pathClaims: [${claim}]`;
    report(path, {
      got: `the claim ${claim}, which no issuer of its callers lists`,
      expected: "a claim in pathClaims of an issuer whose callers may call the route",
      remedy: meant === undefined ? other : `did you mean ${JSON.stringify(meant)}?`,
    });
  }
};

/** A claim is compared as a text or as a list. A token has one of the two. */
export const comparedClaimsHaveOneForm: Rule = (draft, report) => {
  const compared = comparedIn(draft);
  for (const { claim, list, path, route } of compared) {
    const other = compared.find((each) => each.claim === claim && each.list && !list);
    if (other === undefined) continue;
    report(path, {
      got: `the claim ${claim} as a text, which ${other.route.key} reads as a list`,
      expected: "one form of a claim: a token has either a text or a list",
      remedy: `write claim.${claim} in both, or { in: claim.${claim} } in both (${route.key} and ${other.route.key})`,
    });
  }
};

/** A claim that nothing compares is a typo, or a leftover of a removed route. */
export const pathClaimsAreCompared: Rule = (draft, report) => {
  const compared = new Set(comparedIn(draft).map(({ claim }) => claim));
  const listed = new Set([...draft.issuers.values()].flatMap(claimsOfIssuer));
  const misspelt = [...compared].filter((claim) => !listed.has(claim));
  for (const [id, issuer] of draft.issuers) {
    for (const [index, claim] of claimsOfIssuer(issuer).entries()) {
      // A claim that is misspelt in a route is an error there.
      if (compared.has(claim) || nearest(claim, misspelt) !== undefined) continue;
      report(["issuers", id, "pathClaims", index], {
        got: JSON.stringify(claim),
        expected: "a claim that where of a route compares",
        remedy: `correct it, compare it in a route, or remove it; ${suggestion(claim, compared)}`,
      });
    }
  }
};

/** Scopes are no names of things: they are a list that Envoy reads in another form. */
export const pathClaimsAreNoScopes: Rule = (draft, report) => {
  for (const [id, issuer] of draft.issuers) {
    if (issuer.kind === "aws-iam") continue;
    const own = scopeReaders(draft).filter((each) => each.id === id);
    const scopeClaims = own.length > 0 ? own.flatMap((each) => each.issuer.scopeClaim) : ["scope"];
    for (const [index, claim] of claimsOfIssuer(issuer).entries()) {
      if (!scopeClaims.includes(claim)) continue;
      report(["issuers", id, "pathClaims", index], {
        got: `${JSON.stringify(claim)}, the claim with scopes`,
        expected: "a claim that names what belongs to the caller, such as tenant_id",
        remedy: "compare another claim",
      });
    }
  }
};

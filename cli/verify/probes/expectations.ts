import { keysOfOne, reachedBy } from "../../../contract/route-selection";
import { ANYONE, type Expectation, namedCallers, sentence } from "../../../intent/model/expectation";
import { type Answer, inWords, refusedByGateway, servedBy } from "../deployed/answer";
import { comparesPath, mayCall, SAMPLE } from "../deployed/routes";
import type { CallerTokenName } from "../deployed/tokens";
import { confirmed, couldNotTell, refuted } from "../deployed/verdict";
import { type FrontDoor, type Probe, type ProbeRequest, planOf } from "./probe";

/** Maximum number of requests of this probe. Other probes sample one route each. */
const MOST_REQUESTS = 40;

interface Case {
  readonly expectation: Expectation;
  readonly who: string;
  readonly isAllowed: boolean;
  readonly route: string;
  readonly request: ProbeRequest;
}

/** Calls GET routes only, as the callers whose tokens this run has. */
export const keptExpectations: Probe = {
  id: "expectations",
  question: "Does the deployed environment meet the expectations of config/expectations.yaml about GET routes?",
  settles: "Synthesis compares them with the ledger; only a call shows that the deployment matches the synthesis.",
  plan(door) {
    const cases = casesOf(door);
    if (cases.length === 0) return couldNotTell("no expectation about a GET route and a caller of this run");
    const asked = cases.slice(0, MOST_REQUESTS);
    return planOf(
      asked.map(({ request }) => request),
      (answers) => verdictOn(asked, answers, cases.length - asked.length),
    );
  },
};

function casesOf({ deployment, expectations, routes, callers }: FrontDoor): readonly Case[] {
  const keys = keysOfOne(deployment.kind, Object.keys(deployment.policy.routes));
  const known = expectations?.callers ?? [];
  const tokens = Object.entries(callers) as [CallerTokenName, { readonly client?: string }][];
  const all = (expectations?.stated ?? []).flatMap((expectation) => {
    if (expectation.action !== "call") return [];
    const named = expectation.principals.flatMap((principal) => namedCallers(principal, known));
    const { targets, except } = expectation;
    return targets
      .flatMap((target) => reachedBy(target, keys, { except, text: SAMPLE }))
      .flatMap((reached): readonly Case[] => {
        const route = routes.find(({ key }) => key === reached.key);
        if (route === undefined) return [];
        const common = { expectation, route: route.key };
        const path = reached.request.replace(/^GET /, "");
        const request = { method: "GET", to: "gateway", path } as const;
        const [byNone] = expected(expectation, named, ANYONE);
        const anonymous = byNone === undefined ? [] : [{ ...common, who: ANYONE, isAllowed: byNone, request }];
        const withToken = tokens.flatMap(([as, caller]) => {
          const [isAllowed] = expected(expectation, named, caller.client ?? "");
          // A token may have fewer scopes than its client.
          const isWeak = isAllowed === true && route.access !== "public" && !mayCall(callers[as], route);
          // The probe's path is never the caller's own.
          const isOther = comparesPath(route) && expectation.another === undefined;
          if (isAllowed === undefined || isWeak || isOther) return [];
          return [{ ...common, who: caller.client ?? "", isAllowed, request: { ...request, as } }];
        });
        return [...anonymous, ...withToken];
      });
  });
  return [...new Map(all.map((each) => [`${each.route}\n${each.who}\n${each.isAllowed}`, each])).values()];
}

/** Whether an expectation allows a caller; empty if it does not cover the caller. */
function expected({ may, only }: Expectation, named: readonly string[], who: string): readonly boolean[] {
  if (named.includes(who)) return [may];
  return may && only ? [false] : [];
}

function verdictOn(cases: readonly Case[], answers: readonly Answer[], left: number) {
  const seen = cases.map((each, index) => ({ ...each, answer: answers[index] as Answer }));
  const broken = seen.find(({ answer, isAllowed }) =>
    isAllowed ? refusedByGateway(answer, 401) || refusedByGateway(answer, 403) : servedBy(answer),
  );
  if (broken !== undefined) {
    const { expectation, who, route, answer } = broken;
    return refuted(
      `${who} called ${route}: ${inWords(answer)}`,
      `the expectation does not hold: ${sentence(expectation)} (${expectation.place.file}:${expectation.place.line})`,
      "compare what is deployed with synthesized/: npm run drift",
    );
  }
  const unclear = seen.find(({ answer, isAllowed }) =>
    isAllowed ? !servedBy(answer) : answer.status !== 401 && answer.status !== 403,
  );
  if (unclear !== undefined) return couldNotTell(`${unclear.who} called ${unclear.route}: ${inWords(unclear.answer)}`);
  const more = left === 0 ? "" : `; ${left} more were not tried`;
  return confirmed(`${cases.length} calls by ${[...new Set(cases.map(({ who }) => who))].join(", ")}${more}`);
}

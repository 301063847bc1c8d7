import { isDeepStrictEqual } from "node:util";
import { decisionsOf } from "../../../cli/testing/authorizer";
import type { AuthorizerPolicy } from "../../../contract/policy-file";
import { callersOf } from "../../../packages/terraform-access-review/access/callers";
import { accessLedger } from "../../../packages/terraform-access-review/access/ledger";
import { calledRoute } from "../../../packages/terraform-access-review/model/row";
import { authorizerPolicy } from "../../../stacks/authorizer-policy";
import { DECIDES_PLACE, reviewed, SETTINGS, shopWith } from "../../support/settings";

/** Settings that change who may call: those that change the policy by which the authorizer decides. */
const DECIDING = SETTINGS.filter(({ before, after }) => {
  const [former, intent] = [shopWith(before), shopWith(after)];
  return intent.handshake === "federated" && !isDeepStrictEqual(authorizerPolicy(former), authorizerPolicy(intent));
});

test.each(DECIDING)("the authorizer lets pass whom the ledger names with $key ($place)", async (setting) => {
  const [, { stack, policy }] = reviewed(setting);
  if (policy === undefined) throw new Error("no policy");
  const callers = ["anyone", ...callersOf(stack, policy).map(({ name }) => name)];
  const calls = Object.keys(policy.routes).flatMap((route) => callers.map((caller) => ({ route, caller })));
  const decided = await decisionsOf(stack, policy as AuthorizerPolicy, calls);
  const passing = calls.filter((_, index) => decided[index]?.decision === "allowed");
  const rows = accessLedger(stack, policy).flatMap(({ principal, ...row }) => {
    const route = calledRoute(row);
    if (route === undefined || policy.routes[route] === undefined) return [];
    if (principal.kind === "anyone") return callers.map((caller) => ({ route, caller }));
    return principal.kind === "caller" ? [{ route, caller: principal.name }] : [];
  });
  const texts = (all: typeof calls) => [...new Set(all.map(({ route, caller }) => `${caller} ${route}`))].sort();
  const differing = [
    ...texts(passing).filter((text) => !texts(rows).includes(text)),
    ...texts(rows).filter((text) => !texts(passing).includes(text)),
  ];
  expect(differing.map((text) => `${text}: ${DECIDES_PLACE} and the ledger differ`)).toEqual([]);
});

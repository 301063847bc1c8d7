import type { Rule } from "../derived/draft";
import { contentTypePattern } from "../model/gateway-intent";
import { RESOURCE_POLICY_CHARACTERS, WAF_PATTERN_CHARACTERS } from "../model/limits";
import { networkFault } from "../schema/networks";

/** AWS WAF does not support HTTP APIs. */
export const filtersAreOfRest: Rule = ({ gateway }, report) => {
  if (gateway.waf === undefined || gateway.kind === "rest") return;
  report(["gateway", "waf"], {
    got: "AWS WAF with an HTTP API",
    expected: "none (AWS WAF protects REST APIs, not HTTP APIs)",
    remedy: "remove it, or set gateway.kind: rest",
  });
};

/** Any holder of a valid token can call the service directly, bypassing the gateway and its filters. */
export const filtersAreABoundary: Rule = ({ handshake, gateway }, report) => {
  if (handshake !== "shared-issuer") return;
  for (const [key, what] of [
    ["waf", "AWS WAF"],
    ["mutualTls", "mutual TLS"],
    ["allowedNetworks", "networks"],
  ] as const) {
    if (gateway[key] === undefined) continue;
    report(["gateway", key], {
      got: what,
      expected:
        "none (with handshake: shared-issuer, any caller with a valid token can bypass the gateway at the run.app URL)",
      remedy: `write ${key}: null, or write handshake: federated`,
    });
  }
};

/** Networks must be written exactly as AWS returns them, or each plan would show a change. */
export const networksArePlain: Rule = ({ gateway }, report) => {
  for (const [path, networks = []] of [
    [["gateway", "allowedNetworks"], gateway.allowedNetworks],
    [["gateway", "waf", "networks", "deny"], gateway.waf?.networks?.deny],
    [["gateway", "waf", "networks", "trust"], gateway.waf?.networks?.trust],
  ] as const) {
    for (const [index, network] of networks.entries()) {
      const fault = networkFault(network);
      if (fault) report([...path, index], fault);
    }
  }
};

/** Networks and countries must not be in two opposite lists: the rule evaluated first would decide. */
export const filtersDoNotContradict: Rule = ({ gateway: { waf } }, report) => {
  const { networks, countries } = waf ?? {};
  for (const network of networks?.trust?.filter((each) => networks.deny?.includes(each)) ?? []) {
    report(["gateway", "waf", "networks", "trust"], {
      got: `${network}, which deny lists too`,
      expected: "networks that are not denied",
      remedy: "remove it from one of the lists",
    });
  }
  if (networks && (networks.deny ?? networks.trust) === undefined) {
    report(["gateway", "waf", "networks"], { got: "no network", expected: "deny or trust", remedy: "add a list" });
  }
  const all = countries?.only !== undefined && countries.deny !== undefined;
  if (countries && (all || (countries.only ?? countries.deny) === undefined)) {
    report(["gateway", "waf", "countries"], {
      got: all ? "only and deny" : "no country",
      expected: "either only or deny",
      remedy: all ? "remove deny: only already lists every country that may call" : "add a list",
    });
  }
};

/** All media types are in one pattern, which has a length limit. */
export const contentTypesFit: Rule = ({ gateway: { waf } }, report) => {
  const only = waf?.contentTypes?.only ?? [];
  const characters = contentTypePattern(only).length;
  if (characters <= WAF_PATTERN_CHARACTERS) return;
  report(["gateway", "waf", "contentTypes", "only"], {
    got: `${only.length} media types, a pattern of ${characters} characters`,
    expected: `at most ${WAF_PATTERN_CHARACTERS} (AWS WAF's limit)`,
    remedy: "remove contentTypes, and check media types in the services",
  });
};

/** Characters of a resource policy besides the networks: statements, ARNs and their quotes. */
const POLICY_AROUND_NETWORKS = 700;

/** REST API only: one policy document holds the networks. For an HTTP API they are in the authorizer's archive. */
export const networksFit: Rule = ({ gateway }, report) => {
  if (gateway.kind !== "rest") return;
  const { allowedNetworks = [] } = gateway;
  const characters = JSON.stringify(allowedNetworks).length + POLICY_AROUND_NETWORKS;
  if (characters <= RESOURCE_POLICY_CHARACTERS) return;
  report(["gateway", "allowedNetworks"], {
    got: `${allowedNetworks.length} networks, a policy of ${characters} characters`,
    expected: `at most ${RESOURCE_POLICY_CHARACTERS} (API Gateway's limit)`,
    remedy: "merge adjacent networks, or use gateway.waf.networks instead",
  });
};

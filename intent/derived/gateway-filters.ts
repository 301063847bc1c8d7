import type { DomainIntent, GatewayIntent, MutualTlsIntent, WafIntent } from "../model/gateway-intent";
import { truststoreBucket } from "../model/names";
import { byVersion } from "../schema/networks";
import { trustedCertificates } from "../schema/truststore";
import { without } from "../source/values";
import type { Draft } from "./draft";

type Filters = Pick<GatewayIntent, "domain" | "mutualTls" | "waf">;

/** The gateway's domain, and the filters before its authorizer. Each is left out if its config key is missing. */
export function gatewayFilters({ prefix, aws, gateway, protect }: Draft): Filters {
  const { domain, mutualTls, waf } = gateway;
  return {
    ...(domain && { domain: domainIntent(domain) }),
    ...(mutualTls && {
      mutualTls: { ...mutualTlsIntent(mutualTls), bucket: truststoreBucket(prefix, aws.account), protect },
    }),
    ...(waf && { waf: wafIntent(waf) }),
  };
}

type Written<K extends keyof Draft["gateway"]> = NonNullable<Draft["gateway"][K]>;

function domainIntent({ records = "none", ...domain }: Written<"domain">): DomainIntent {
  const step = ({ none: "certificate", validation: "open", all: "live" } as const)[records];
  return { ...domain, step: domain.zoneId === undefined ? step : "live" };
}

function mutualTlsIntent({ truststore }: Written<"mutualTls">): Pick<MutualTlsIntent, "truststore" | "certificates"> {
  return { truststore: `${truststore.trim()}\n`, certificates: trustedCertificates(truststore) };
}

function wafIntent(waf: Written<"waf">) {
  const { common, knownBadInputs, ipReputation, networks, countries } = waf;
  const { deny = [], trust = [], mode = "count" } = networks ?? {};
  return {
    ...without(waf, "common", "countries", "ipReputation", "knownBadInputs", "networks"),
    managed: { common: common.mode, knownBadInputs: knownBadInputs.mode, ipReputation: ipReputation.mode },
    ...(deny.length > 0 && { denied: { networks: byVersion(deny), mode } }),
    ...(trust.length > 0 && { trusted: { networks: byVersion(trust) } }),
    ...(countries && {
      countries: {
        list: countries.only ?? countries.deny ?? [],
        areOnly: countries.only !== undefined,
        mode: countries.mode,
      },
    }),
  } satisfies WafIntent;
}

import type { DomainIntent, GatewayIntent, MutualTlsIntent, WafIntent } from "../model/gateway-intent";
import { truststoreBucket } from "../model/names";
import { byVersion } from "../schema/networks";
import { trustedCertificates } from "../schema/truststore";
import type { Draft } from "./draft";

type Filters = Pick<GatewayIntent, "domain" | "mutualTls" | "allowedNetworks" | "waf">;

/** The gateway's domain, and the filters before its authorizer. Each is left out if its config key is missing. */
export function gatewayFilters({ prefix, aws, gateway, protect }: Draft): Filters {
  const { domain, mutualTls, allowedNetworks, waf } = gateway;
  return {
    ...(domain && { domain: domainIntent(domain) }),
    ...(mutualTls && {
      mutualTls: { ...mutualTlsIntent(mutualTls), bucket: truststoreBucket(prefix, aws.account), protect },
    }),
    ...(allowedNetworks && { allowedNetworks: [...allowedNetworks].sort() }),
    ...(waf && { waf: wafIntent(waf) }),
  };
}

type Written<K extends keyof Draft["gateway"]> = NonNullable<Draft["gateway"][K]>;

function domainIntent({ name, zoneId, records = "none" }: Written<"domain">): DomainIntent {
  if (zoneId !== undefined) return { name, zoneId, step: "live" };
  return { name, step: ({ none: "certificate", validation: "open", all: "live" } as const)[records] };
}

function mutualTlsIntent({ truststore }: Written<"mutualTls">): Pick<MutualTlsIntent, "truststore" | "certificates"> {
  return { truststore: `${truststore.trim()}\n`, certificates: trustedCertificates(truststore) };
}

function wafIntent(waf: Written<"waf">) {
  const { common, knownBadInputs, ipReputation, rateLimit, networks, countries, body, contentTypes } = waf;
  const { deny = [], trust = [], mode = "count" } = networks ?? {};
  const countryList = countries && [...(countries.only ?? countries.deny ?? [])].sort();
  return {
    managed: { common: common.mode, knownBadInputs: knownBadInputs.mode, ipReputation: ipReputation.mode },
    ...(rateLimit && { rateLimit }),
    ...(deny.length > 0 && { denied: { networks: byVersion(deny), mode } }),
    ...(trust.length > 0 && { trusted: { networks: byVersion(trust) } }),
    ...(countries &&
      countryList && { countries: { list: countryList, areOnly: countries.only !== undefined, mode: countries.mode } }),
    ...(body && { body }),
    ...(contentTypes && { contentTypes: { ...contentTypes, only: [...contentTypes.only].sort() } }),
  } satisfies WafIntent;
}

import { HOSTED_ZONE_ID_CHARACTERS } from "../model/limits";
import { DNS_NAME, NETWORK, TRUSTSTORE_PATH } from "../model/patterns";
import { keys, list, text, word } from "./fields";

/** A rule checks that the name is public. */
export const domain = keys(
  {
    name: text(DNS_NAME, {
      description: "Exact domain name that callers use. No other environment may have it.",
      expected: "a DNS name in lower case, of two labels or more (no wildcard, no dot at its end)",
      example: "api.shop.example.com",
    }),
    zoneId: text(new RegExp(`^[A-Z0-9]{1,${HOSTED_ZONE_ID_CHARACTERS}}$`), {
      description:
        "Route 53 hosted zone of the domain. All records are created there. Without it, the output dns_records lists the records to create elsewhere.",
      expected: "the id of a hosted zone",
      example: "Z0123456789EXAMPLE",
    }).optional(),
    records: word(["none", "validation", "all"], {
      description:
        "Without zoneId: which records already exist in your DNS. none. validation: the certificate's record; the next apply waits for it and opens the domain. all: also the domain's record; callers use the domain, and the default endpoint is disabled.",
      expected: "none, validation or all",
    }).optional(),
  },
  "Custom domain, with a certificate that AWS renews.",
);

/** A rule checks the certificates. */
export const mutualTls = keys(
  {
    truststore: text(new RegExp(`${TRUSTSTORE_PATH.source}|^-----BEGIN [\\s\\S]*$`), {
      description:
        "CA certificates whose clients may connect: the path of a .pem file, relative to config/, or the text itself.",
      expected: "a relative path of a .pem file in config/, or certificates in PEM (-----BEGIN CERTIFICATE-----)",
      example: "./partners.pem",
    }),
  },
  "Requires a client certificate in addition to the token. Needs a domain.",
);

export const network = text(NETWORK, {
  description: "One network.",
  expected: "a network in CIDR notation",
  example: "203.0.113.0/24",
});

export const allowedNetworks = list(network, {
  description:
    "Only calls from these networks are accepted, whatever their token. A REST API checks before its authorizer runs; an HTTP API checks in the authorizer.",
  expected: "a list of networks in CIDR notation",
  example: ["203.0.113.0/24", "2001:db8::/32"],
});

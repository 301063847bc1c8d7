import { HOSTED_ZONE_ID_CHARACTERS } from "../model/limits";
import { DNS_NAME, NETWORK } from "../model/patterns";
import { keys, list, text, word } from "./fields";

/** Whether a name is a public one is a rule. */
export const domain = keys(
  {
    name: text(DNS_NAME, {
      description: "Exact name under which callers call. No other environment may have it.",
      expected: "a DNS name in lower case, of two labels or more (no wildcard, no dot at its end)",
      example: "api.shop.example.com",
    }),
    zoneId: text(new RegExp(`^[A-Z0-9]{1,${HOSTED_ZONE_ID_CHARACTERS}}$`), {
      description:
        "Route 53 hosted zone that holds the name: every record is made there. Without it the DNS is somewhere else, and an apply tells which records to create.",
      expected: "the id of a hosted zone",
      example: "Z0123456789EXAMPLE",
    }).optional(),
    records: word(["none", "validation", "all"], {
      description:
        "Without zoneId, which of the records exist already in the DNS of your own: none, validation (the certificate's: the next apply waits for it and opens the domain), or all (the domain's too: callers use the name, and the API's own address is switched off).",
      expected: "none, validation or all",
    }).optional(),
  },
  "Name of one's own, with a certificate that AWS renews.",
);

/** What is in it is a rule. */
export const mutualTls = keys(
  {
    truststore: text(/^([A-Za-z0-9][\w.-]*\.pem|-----BEGIN [\s\S]*)$/, {
      description:
        "Certificates of the authorities whose clients may connect: a .pem file beside this one, or the text itself.",
      expected: "a file of config/ that ends in .pem, or certificates in PEM (-----BEGIN CERTIFICATE-----)",
      example: "partners.pem",
    }),
  },
  "Asks each caller for a client certificate beside its token. Needs a domain.",
);

export const network = text(NETWORK, {
  description: "One network.",
  expected: "a network in CIDR notation",
  example: "203.0.113.0/24",
});

export const allowedNetworks = list(network, {
  description:
    "The only networks from which a call is answered, whatever token it brings. A REST API asks before its authorizer, an HTTP API's authorizer asks itself.",
  expected: "a list of networks in CIDR notation",
  example: ["203.0.113.0/24", "2001:db8::/32"],
});

import type { X509Certificate } from "node:crypto";
import { posix } from "node:path";
import type { Rule } from "../derived/draft";
import { TRUSTSTORE_CHAIN_LENGTH, TRUSTSTORE_CURVES, TRUSTSTORE_RSA_BITS } from "../model/limits";
import { isPublicName } from "../schema/public-url";
import { isFileName, parseTruststore, subjectOf, TRUSTSTORE } from "../schema/truststore";
import type { Report } from "../source/finding";

/** AWS issues a certificate only if a DNS record of the name can be published. */
export const domainIsPublic: Rule = ({ gateway }, report) => {
  const { name } = gateway.domain ?? {};
  if (name === undefined || (isPublicName(name) && !name.endsWith(".amazonaws.com"))) return;
  report(["gateway", "domain", "name"], {
    got: name,
    expected: "a public domain name that you own (AWS checks a DNS record of it)",
    remedy: "use a name below a domain that you have registered",
  });
};

/** With a zone, an apply creates the records itself, so `records` is not needed. */
export const recordsAreMadeOnce: Rule = ({ gateway }, report) => {
  if (gateway.domain?.zoneId === undefined || gateway.domain.records === undefined) return;
  report(["gateway", "domain", "records"], {
    got: `${gateway.domain.records}, together with zoneId`,
    expected: "one of the two (with a zone, an apply creates every record)",
    remedy: "remove records, or remove zoneId if Route 53 does not host the DNS",
  });
};

/** API Gateway supports mutual TLS only on a custom domain, never on an API's own address. */
export const certificatesHaveADomain: Rule = ({ gateway }, report) => {
  if (gateway.mutualTls === undefined || gateway.domain !== undefined) return;
  report(["gateway", "mutualTls"], {
    got: "mutual TLS without a domain",
    expected: "gateway.domain (API Gateway requires client certificates only on a custom domain)",
    remedy: "add gateway.domain, or remove mutualTls",
  });
};

/** API Gateway accepts any trust store, reports warnings only on the domain, and then refuses the callers. */
export const truststoreIsSound: Rule = ({ gateway }, report) => {
  const { truststore } = gateway.mutualTls ?? {};
  if (truststore === undefined) return;
  if (isFileName(truststore)) {
    return report(TRUSTSTORE, {
      got: `${truststore}, which cannot be read`,
      expected: "a file of certificates in config/",
      remedy: `write the certificates to ${posix.join("config", truststore)}`,
    });
  }
  const parsed = parseTruststore(truststore);
  if ("got" in parsed) {
    return report(TRUSTSTORE, { ...parsed, expected: "CA certificates in PEM" });
  }
  for (const certificate of parsed.certificates) judge(certificate, parsed.certificates, report);
};

function judge(certificate: X509Certificate, all: readonly X509Certificate[], report: Report): void {
  const subject = subjectOf(certificate);
  const refuse = (got: string, expected: string, remedy: string) =>
    report(TRUSTSTORE, { got: `${subject}: ${got}`, expected, remedy });
  if (!certificate.ca) {
    refuse(
      "a certificate that is not a CA's",
      "authorities (CA:TRUE)",
      "replace it with the certificate of its issuer",
    );
  }
  const isRepeated = all.find(({ fingerprint256 }) => fingerprint256 === certificate.fingerprint256) !== certificate;
  if (isRepeated) refuse("the same certificate again", "each certificate once", "remove the repeated one");
  const key = keyFault(certificate);
  if (key) refuse(key, `RSA of ${TRUSTSTORE_RSA_BITS} bits or more, or ECDSA of 256`, "ask its CA for a new one");
  const chain = chainOf(certificate, all);
  if (chain === undefined) {
    refuse(
      `issued by ${certificate.issuer.split("\n").reverse().join(", ")}, without a chain to a root`,
      "the whole chain up to its root (API Gateway refuses callers otherwise)",
      "add the certificates of its issuers",
    );
  } else if (chain > TRUSTSTORE_CHAIN_LENGTH) {
    refuse(
      `${chain} certificates up to the root`,
      `at most ${TRUSTSTORE_CHAIN_LENGTH} (API Gateway's limit)`,
      "trust a CA that is closer to its root",
    );
  }
}

function keyFault({ publicKey }: X509Certificate): string | undefined {
  const { modulusLength = 0, namedCurve = "" } = publicKey.asymmetricKeyDetails ?? {};
  if (publicKey.asymmetricKeyType === "rsa") {
    return modulusLength < TRUSTSTORE_RSA_BITS ? `an RSA key of ${modulusLength} bits` : undefined;
  }
  if (publicKey.asymmetricKeyType === "ec" && TRUSTSTORE_CURVES.includes(namedCurve)) return undefined;
  return `a key of type ${[publicKey.asymmetricKeyType, namedCurve].join(" ").trim()}`;
}

/** Number of certificates from this one to its root; undefined if one is missing. */
function chainOf(certificate: X509Certificate, all: readonly X509Certificate[], length = 1): number | undefined {
  if (certificate.checkIssued(certificate)) return length;
  const issuer = all.find((each) => each !== certificate && certificate.checkIssued(each));
  // A chain longer than the list means that the certificates issue one another.
  return issuer === undefined || length > all.length ? undefined : chainOf(issuer, all, length + 1);
}

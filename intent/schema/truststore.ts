import { X509Certificate } from "node:crypto";
import { TRUSTSTORE_PATH } from "../model/patterns";
import { type Located, type LocatedMap, nodeAt, type Path } from "../source/located";
import { readText } from "../source/read";

/** A certificate of a trust store, as shown to people. */
export interface TrustedCertificate {
  /** `CN=Partners Root, O=Acme`. */
  readonly subject: string;
  /** Last day on which it is valid, in UTC: `2027-03-31`. */
  readonly expires: string;
}

export type ParsedTruststore =
  | { readonly certificates: readonly X509Certificate[] }
  | { readonly got: string; readonly remedy: string };

const BLOCK = /-----BEGIN CERTIFICATE-----[A-Za-z0-9+/=\s]+-----END CERTIFICATE-----/g;

/** The certificates of a PEM text, in their order. The text must not contain anything else. */
export function parseTruststore(pem: string): ParsedTruststore {
  const blocks = pem.match(BLOCK) ?? [];
  const rest = pem.replaceAll(BLOCK, "").trim();
  if (/PRIVATE KEY/.test(rest)) {
    return {
      got: "a private key",
      remedy: "remove it, and treat it as leaked: a trust store holds only certificates",
    };
  }
  if (rest !== "" || blocks.length === 0) {
    return {
      got: blocks.length === 0 ? "no certificate" : "text between the certificates",
      remedy: "write only -----BEGIN CERTIFICATE----- blocks, as openssl x509 does",
    };
  }
  const certificates: X509Certificate[] = [];
  for (const [index, block] of blocks.entries()) {
    try {
      certificates.push(new X509Certificate(block));
    } catch {
      return {
        got: `a block that is not a certificate (number ${index + 1})`,
        remedy: "export it again from its CA",
      };
    }
  }
  return { certificates };
}

/** The certificates of a valid trust store, sorted by expiry, the earliest first. */
export function trustedCertificates(pem: string): readonly TrustedCertificate[] {
  const parsed = parseTruststore(pem);
  if (!("certificates" in parsed)) return [];
  return parsed.certificates
    .map((certificate) => ({ subject: subjectOf(certificate), expires: dayOf(certificate.validTo) }))
    .sort((a, b) => (`${a.expires} ${a.subject}` < `${b.expires} ${b.subject}` ? -1 : 1));
}

/** The subject on one line, the most specific part first. */
export function subjectOf({ subject }: X509Certificate): string {
  return subject.split("\n").reverse().join(", ");
}

/** `Mar 31 12:00:00 2027 GMT` as `2027-03-31`. */
function dayOf(validTo: string): string {
  return new Date(validTo).toISOString().slice(0, 10);
}

export const TRUSTSTORE: Path = ["gateway", "mutualTls", "truststore"];

/**
 * Whether the value is a file name, as written or because the file could not be read. Certificates begin with dashes.
 */
export function isFileName(truststore: string): boolean {
  return truststore.endsWith(".pem");
}

/**
 * Replaces the trust store's file name by its content, so that later code handles only one form. If the file cannot be
 * read, the name stays, and the rule on trust stores reports it.
 */
export function withTruststore(configDir: string, root: LocatedMap): LocatedMap {
  const node = nodeAt(root, TRUSTSTORE);
  if (node?.kind !== "scalar" || typeof node.value !== "string" || !TRUSTSTORE_PATH.test(node.value)) return root;
  const file = readText(configDir, node.value);
  if (!("text" in file)) return root;
  // A checkout on Windows may have CRLF. The stack must not depend on where it is synthesized. The last line break tells
  // a content from a path.
  const value = `${file.text.replaceAll("\r\n", "\n")}\n`;
  return replaced(root, TRUSTSTORE, { ...node, value }) as LocatedMap;
}

function replaced(node: Located, [step, ...rest]: Path, value: Located): Located {
  if (step === undefined) return value;
  if (node.kind !== "map") return node;
  const inner = node.entries.get(String(step));
  if (inner === undefined) return node;
  return { ...node, entries: new Map(node.entries).set(String(step), replaced(inner, rest, value)) };
}

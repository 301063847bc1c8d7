import { TRUSTSTORE_PATH } from "../model/patterns";
import { type Located, type LocatedMap, nodeAt, type Path } from "../source/located";
import { readText } from "../source/read";

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
  // A checkout on Windows may have CRLF. The stack must not depend on where it is synthesized.
  const value = file.text.replaceAll("\r\n", "\n");
  return replaced(root, TRUSTSTORE, { ...node, value }) as LocatedMap;
}

function replaced(node: Located, [step, ...rest]: Path, value: Located): Located {
  if (step === undefined) return value;
  if (node.kind !== "map") return node;
  const inner = node.entries.get(String(step));
  if (inner === undefined) return node;
  return { ...node, entries: new Map(node.entries).set(String(step), replaced(inner, rest, value)) };
}

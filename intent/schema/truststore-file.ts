import { type Located, type LocatedMap, nodeAt, type Path } from "../source/located";
import { readText } from "../source/read";

export const TRUSTSTORE: Path = ["gateway", "mutualTls", "truststore"];

/** Whether it is a file's name, as written or because the file could not be read: certificates begin with dashes. */
export function isFileName(truststore: string): boolean {
  return truststore.endsWith(".pem");
}

/**
 * The config with the trust store's text in the place of its file's name, so that all that follows knows one form of it.
 * A file that cannot be read leaves its name: the rule on trust stores says so.
 */
export function withTruststore(configDir: string, root: LocatedMap): LocatedMap {
  const node = nodeAt(root, TRUSTSTORE);
  if (node?.kind !== "scalar" || typeof node.value !== "string" || !/^[\w.-]+\.pem$/.test(node.value)) return root;
  const file = readText(configDir, node.value);
  return "text" in file ? (replaced(root, TRUSTSTORE, { ...node, value: file.text }) as LocatedMap) : root;
}

function replaced(node: Located, [step, ...rest]: Path, value: Located): Located {
  if (step === undefined) return value;
  if (node.kind !== "map") return node;
  const inner = node.entries.get(String(step));
  if (inner === undefined) return node;
  return { ...node, entries: new Map(node.entries).set(String(step), replaced(inner, rest, value)) };
}

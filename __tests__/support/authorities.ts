import { readFileSync } from "node:fs";
import { join } from "node:path";

/**
 * Certificates made once with `openssl x509 -req`, whose keys no longer exist: a root, authorities below it (`level-1`
 * to `level-4`, each issued by the one before), a client's (`leaf`), and roots with keys that API Gateway refuses
 * (`weak`: RSA of 1024 bits, `odd`: secp256k1), and two that issued each other (`cross-a`, `cross-b`).
 */
export function authorities(...names: readonly string[]): string {
  return names.map((name) => readFileSync(join(__dirname, "authorities", `${name}.pem`), "utf8")).join("");
}

import { hash } from "node:crypto";

/** The SHA-256 of a text in UTF-8. */
export function sha256(text: string, encoding: "hex" | "base64" = "hex"): string {
  return hash("sha256", text, encoding);
}

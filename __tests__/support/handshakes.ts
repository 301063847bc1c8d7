import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

/** The shop's preview environment under a handshake: one word of its file is another one, and nothing else. */
export function previewUnder(handshake: Intent["handshake"]): Intent {
  return variantOf("preview", { handshake });
}

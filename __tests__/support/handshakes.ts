import type { Intent } from "../../intent/model/intent";
import { variantOf } from "./variant";

/** The shop's preview environment under a handshake. Only one word of its file differs. */
export function previewUnder(handshake: Intent["handshake"]): Intent {
  return variantOf("preview", { handshake });
}

import { DNS_LABEL_CHARACTERS } from "../model/limits";
import type { Verdict } from "../source/finding";

/** Why a URL is not a public, unambiguous address; undefined if it is. */
export function urlFault(text: string, remedy: string): Omit<Verdict, "got"> | undefined {
  const url = URL.canParse(text) ? new URL(text) : undefined;
  if (url === undefined) return { expected: "a URL", remedy };
  if (url.username !== "" || url.password !== "") return { expected: "a URL without user and password", remedy };
  if (/[?#]/.test(text)) return { expected: "a URL without query and fragment", remedy };
  if (!isPublicName(url.hostname)) {
    return { expected: "a host with a public DNS name, not an IP address or localhost", remedy };
  }
  const isCanonical = url.href === text || url.href === `${text}/`;
  return isCanonical ? undefined : { expected: `a URL in its plain form, ${url.href}`, remedy };
}

const LABEL = /^[a-z0-9_]([a-z0-9_-]*[a-z0-9])?$/;
const SPECIAL_NAMES = /(^|\.)(localhost|local|internal|invalid|onion|home\.arpa)$/;

/** Whether a host name can exist in public DNS: it is not reserved for local or test use. */
export function isPublicName(host: string): boolean {
  const labels = host.split(".");
  const areLabels = labels.every((label) => LABEL.test(label) && label.length <= DNS_LABEL_CHARACTERS);
  return labels.length > 1 && areLabels && /[a-z]/.test(labels.at(-1) ?? "") && !SPECIAL_NAMES.test(host);
}

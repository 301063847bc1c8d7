import { join } from "node:path";
import * as local from "../../../../packages/local-front-door/envoy/binary";
import { ROOT } from "../../../support/places";

/** The real Envoy in its pinned version, or one line on why this machine has none. */
export function envoyBinary(): { readonly envoy: string } | { readonly missing: string } {
  const found = local.envoyBinary({ build: join(ROOT, ".build") });
  return "missing" in found ? found : { envoy: found.path };
}

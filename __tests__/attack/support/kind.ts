import type { GatewayIntent } from "../../../intent/gateway-intent";

type Kind = GatewayIntent["kind"];

let kind: Kind = "http";

/** The kind of API that this test file attacks. */
export function attackedKind(): Kind {
  return kind;
}

/** To be called before whatever asks for it is imported. */
export function attack(other: Kind): void {
  kind = other;
}

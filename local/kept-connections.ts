import type { AgentOptions } from "node:http";
import { Agent } from "node:https";
import { createSecureContext } from "node:tls";
import type { LocalInternet } from "./tls";

/**
 * For calls within this machine: a new connection a call costs more than the call. Idle ones are given up after a second,
 * sooner than servers give them up, so that no request meets one that is being closed.
 */
export const KEPT_CONNECTIONS = { keepAlive: true, timeout: 1000 } as const satisfies AgentOptions;

/** Connections to the hosts of the local internet, whose certificate is known when the first of them is called. */
export function internetAgent(internet: LocalInternet): () => Agent {
  let agent: Agent | undefined;
  return () => {
    agent ??= new Agent({ ...KEPT_CONNECTIONS, secureContext: createSecureContext({ ca: internet.authority }) });
    return agent;
  };
}

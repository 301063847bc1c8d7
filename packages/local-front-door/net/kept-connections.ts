import type { AgentOptions } from "node:http";

/**
 * For calls within this machine: a new connection a call costs more than the call. Idle ones are given up after a second,
 * sooner than servers give them up, so that no request meets one that is being closed.
 */
export const KEPT_CONNECTIONS = { keepAlive: true, timeout: 1000 } as const satisfies AgentOptions;

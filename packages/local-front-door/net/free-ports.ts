import { createServer } from "node:net";
import { listenOnLoopback } from "./loopback";

/** Ports of 127.0.0.1 that nobody has at the moment, no two alike. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) ports.push(await listenOnLoopback(server));
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

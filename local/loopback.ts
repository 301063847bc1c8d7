import type { AddressInfo, Server } from "node:net";

/**
 * Of a connection without a request. Node's own five seconds pass on a busy machine between two calls of one program, and
 * the second one may then meet a connection that is being closed. Clients of this machine give theirs up sooner.
 */
const IDLE_MILLISECONDS = 60_000;

/**
 * Lets a server listen on 127.0.0.1 and nowhere else.
 *
 * @param port 0 for a free one
 * @returns the port
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  if ("keepAliveTimeout" in server) server.keepAliveTimeout = IDLE_MILLISECONDS;
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Cuts the connections that are open: a kept one would hold the server for ever. */
export async function stopListening(server: Server & { closeAllConnections(): void }): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

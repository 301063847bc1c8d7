import type { AddressInfo, Server } from "node:net";

/**
 * Lets a server listen on 127.0.0.1 and nowhere else.
 *
 * @param port 0 for a free one
 * @returns the port
 */
export async function listenOnLoopback(server: Server, port = 0): Promise<number> {
  await new Promise<void>((resolve, reject) => server.once("error", reject).listen(port, "127.0.0.1", resolve));
  return (server.address() as AddressInfo).port;
}

/** Cuts the connections that are open: a kept one would hold the server for ever. */
export async function stopListening(server: Server & { closeAllConnections(): void }): Promise<void> {
  server.closeAllConnections();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

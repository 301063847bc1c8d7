import type { IncomingMessage, RequestListener, ServerResponse } from "node:http";
import type { AddressInfo, Server, Socket } from "node:net";
import { createServer } from "node:net";
import { Server as TlsServer } from "node:tls";
import { ownShares, REFUSED_AT_A_TIME } from "./descriptors";

/**
 * How long a connection without a request stays open. On a busy machine, Node's default of five seconds may pass
 * between two calls of one program, and the second call may then use a connection that is being closed. Clients on this
 * machine close their connections sooner.
 */
const IDLE_MILLISECONDS = 60_000;

/** A port, 0 for a free one; or several, of which the first free one is used. */
export type PortChoice = number | readonly number[];

/** How many ports are tried, starting with the usual one. */
const PORTS_TRIED = 20;

/** The usual port, or the next ones if other programs use it. */
export function firstFreeFrom(port: number): readonly number[] {
  return Array.from({ length: PORTS_TRIED }, (_, index) => port + index);
}

/**
 * Lets a server listen on 127.0.0.1 only.
 *
 * @returns the port
 */
export async function listenOnLoopback(server: Server, choice: PortChoice = 0): Promise<number> {
  if ("keepAliveTimeout" in server) server.keepAliveTimeout = IDLE_MILLISECONDS;
  keepTrack(server);
  const [port = 0, ...others] = [choice].flat();
  try {
    await new Promise<void>((resolve, reject) => {
      server.once("error", reject).listen(port, "127.0.0.1", () => {
        server.off("error", reject);
        resolve();
      });
    });
  } catch (error) {
    const taken = ["EADDRINUSE", "EACCES"].includes((error as NodeJS.ErrnoException).code ?? "");
    if (taken && others.length > 0) return listenOnLoopback(server, others);
    throw error;
  }
  return (server.address() as AddressInfo).port;
}

/** Shared by all servers that callers reach. */
let connections = 0;

/**
 * Lets a server that callers reach listen on 127.0.0.1. Connections beyond this process's share of descriptors are
 * answered 503 and closed. This happens when their request has arrived, or immediately if too many are waiting.
 */
export function listenForCallers(server: Server, port: PortChoice = 0): Promise<number> {
  const most = ownShares().connections;
  const refused = new WeakSet<object>();
  const secure = server instanceof TlsServer;
  // Before the TLS handshake, no answer can be sent.
  if (secure) server.maxConnections = most;
  server.on(secure ? "secureConnection" : "connection", (socket: Socket) => {
    connections += 1;
    socket.once("close", () => {
      connections -= 1;
    });
    if (connections > most) refused.add(socket);
    if (connections > most + REFUSED_AT_A_TIME) refuse(socket, most);
  });
  const [answer] = server.listeners("request") as RequestListener[];
  server.removeAllListeners("request");
  server.on("request", (incoming: IncomingMessage, outgoing: ServerResponse) => {
    const { socket } = incoming;
    if (!refused.has(socket)) answer?.(incoming, outgoing);
    else if (!socket.writableEnded) refuse(socket, most, incoming.method);
  });
  return listenOnLoopback(server, port);
}

/** @param method Default: the request has not arrived, and may be HEAD, whose answer has no body */
function refuse(socket: Socket, most: number, method = "HEAD"): void {
  const message = `Service Unavailable: more than ${most} connections at a time; a higher ulimit -n allows more`;
  const body = method === "HEAD" ? "" : JSON.stringify({ message });
  const head = ["HTTP/1.1 503 Service Unavailable", "content-type: application/json", "connection: close"];
  socket.end([...head, `content-length: ${body.length}`, "", body].join("\r\n"));
  socket.destroySoon();
}

/** Open connections of each server. A server's own list lacks those whose TLS handshake is not complete. */
const openSockets = new WeakMap<Server, Set<Socket>>();

function keepTrack(server: Server): void {
  if (openSockets.has(server)) return;
  const sockets = new Set<Socket>();
  openSockets.set(server, sockets);
  server.on("connection", (socket: Socket) => {
    sockets.add(socket);
    socket.once("close", () => sockets.delete(socket));
  });
}

/** Closes the open connections. A persistent connection would otherwise keep the server open forever. */
export async function stopListening(server: Server): Promise<void> {
  for (const socket of openSockets.get(server) ?? []) socket.destroy();
  await new Promise<void>((resolve) => server.close(() => resolve()));
}

/** Distinct ports of 127.0.0.1 that are free at the moment. */
export async function freePorts(count: number): Promise<readonly number[]> {
  const servers = Array.from({ length: count }, () => createServer());
  const ports: number[] = [];
  for (const server of servers) ports.push(await listenOnLoopback(server));
  for (const server of servers) await new Promise((resolve) => server.close(resolve));
  return ports;
}

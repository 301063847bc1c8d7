import type { Socket } from "node:net";
import buildConnector from "undici/lib/core/connect.js";
import Connections from "undici/lib/dispatcher/pool.js";

/**
 * Idle connections close after this time, sooner than servers close them, so that no request uses one that is being
 * closed.
 */
const IDLE_MILLISECONDS = 1000;

/** A response head that announces the final one (RFC 9110, 15.2), and its status. */
const INTERIM = /^HTTP\/1\.\d (1\d\d)[ \r]/;

/**
 * Changes the status 100 of interim heads to 103, which undici ignores as it should: it takes an unprompted 100 for a
 * protocol error (RFC 9110, 15.2: a client may discard it).
 *
 * @param chunk begins with a response's first bytes, or with those after an interim head
 * @returns whether the final head is still to come
 */
function discardContinue(chunk: Buffer): boolean {
  let at = 0;
  while (at < chunk.length) {
    const [, status] = INTERIM.exec(chunk.toString("latin1", at, at + 14)) ?? [];
    if (status === undefined) return false;
    if (status === "100") chunk.write("103", at + "HTTP/1.1 ".length, "latin1");
    const end = chunk.indexOf("\r\n\r\n", at);
    if (end < 0) return false;
    at = end + 4;
  }
  return true;
}

/** Looks only at what follows a request, so that no byte of a body is changed. */
function withoutContinue(socket: Socket): Socket {
  const { read, write } = socket;
  let isHeadNext = false;
  socket.write = (...given: unknown[]) => {
    isHeadNext = true;
    return Reflect.apply(write, socket, given);
  };
  socket.read = (size) => {
    const chunk = read.call(socket, size);
    if (isHeadNext && chunk !== null) isHeadNext = discardContinue(chunk);
    return chunk;
  };
  return socket;
}

const connector = buildConnector({ timeout: 0 });

/** As many connections to a port of this machine as there are concurrent calls. The gateway's limits on time apply. */
export function connectionsTo(port: number): Connections {
  return new Connections(`http://127.0.0.1:${port}`, {
    keepAliveTimeout: IDLE_MILLISECONDS,
    keepAliveMaxTimeout: IDLE_MILLISECONDS,
    connect: (options, done) =>
      connector(options, (...[error, socket]) =>
        // A failed one calls back with the error alone.
        error === null ? done(null, withoutContinue(socket)) : done(error, null),
      ),
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

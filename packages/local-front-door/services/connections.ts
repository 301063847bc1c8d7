import Connections from "undici/lib/dispatcher/pool.js";

/**
 * Idle connections close after this time, sooner than servers close them, so that no request uses one that is being
 * closed.
 */
const IDLE_MILLISECONDS = 1000;

/** As many connections to a port of this machine as there are concurrent calls. The gateway's limits on time apply. */
export function connectionsTo(port: number): Connections {
  return new Connections(`http://127.0.0.1:${port}`, {
    keepAliveTimeout: IDLE_MILLISECONDS,
    keepAliveMaxTimeout: IDLE_MILLISECONDS,
    connectTimeout: 0,
    headersTimeout: 0,
    bodyTimeout: 0,
  });
}

"use strict";
/** Sends every HTTPS request of a process to the test, which passes it on to the local clouds. */
require("../../../__tests__/support/short-waits.cjs");
const http = require("node:http");
const https = require("node:https");

https.request = (first, ...rest) => {
  const url = first instanceof URL ? first : undefined;
  const options = url === undefined ? first : (rest.shift() ?? {});
  const { port } = new URL(process.env.SANDBOX_URL);
  return http.request(
    {
      method: options.method,
      path: url === undefined ? options.path : url.pathname + url.search,
      headers: { ...options.headers, "x-sandbox-host": url?.hostname ?? options.hostname },
      signal: options.signal,
      agent: false,
      hostname: "127.0.0.1",
      port,
    },
    ...rest,
  );
};

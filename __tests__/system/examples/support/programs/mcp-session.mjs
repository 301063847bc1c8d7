import { createServer } from "node:http";

/** A server of an earlier version of the protocol, reduced to its headers: it keeps a session, and streams events. */
createServer((request, response) => {
  const { "mcp-session-id": session = "s-1", "last-event-id": last, "mcp-protocol-version": version } = request.headers;
  const event = (id, data) => `id: ${id}\ndata: ${JSON.stringify(data)}\n\n`;
  response.writeHead(200, { "content-type": "text/event-stream", "mcp-session-id": session });
  response.write(event(1, { method: request.method, last, version, caller: request.headers["x-caller-client"] }));
  setTimeout(() => response.end(event(2, "end")), 300);
}).listen(Number(process.env.PORT));

import { createServer } from "node:http";

const traceId = (request) => request.headers["x-cloud-trace-context"]?.split("/")[0];
const ids = (request) => ({ requestId: request.headers["x-request-id"], traceId: traceId(request) });

createServer((request, response) => {
  const client = request.headers["x-caller-client"];
  console.log(JSON.stringify({ ...ids(request), message: `${request.method} for ${client}`, severity: "INFO" }));
  response.setHeader("content-type", "application/json");
  response.end(JSON.stringify({ client }));
}).listen(Number(process.env.PORT));

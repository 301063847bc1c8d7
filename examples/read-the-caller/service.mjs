import { createServer } from "node:http";

/** The header's value; undefined unless it occurs exactly once. */
function only(request, name) {
  const [value, second] = request.headersDistinct[name] ?? [];
  return second === undefined ? value : undefined;
}

/** Claims of the ID token that Cloud Run has checked. Its signature is removed. */
function claims(request) {
  const [, payload] = only(request, "x-serverless-authorization")?.split(".") ?? [];
  return payload && JSON.parse(Buffer.from(payload, "base64url"));
}

createServer((request, response) => {
  const client = only(request, "x-caller-client");
  const subject = only(request, "x-caller-subject");
  const scopes = only(request, "x-caller-scopes")?.split(" ");
  const isKnown = client !== undefined && subject !== undefined && scopes !== undefined;
  response.writeHead(isKnown ? 200 : 400, { "content-type": "application/json" });
  response.end(JSON.stringify(isKnown ? { client, subject, scopes, invoker: claims(request)?.email } : {}));
}).listen(Number(process.env.PORT));

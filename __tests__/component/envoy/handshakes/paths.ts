import type { BothHandshakes } from "./both-handshakes";
import { bearer, type Case } from "./cases";

/** Requests with a valid token, for a misleading path. */
export function treacherousPaths({ customers, clients }: BothHandshakes): readonly Case[] {
  const token = (client: string, scope: string) =>
    bearer(customers.token({ sub: "ann", client_id: clients.get(client), token_use: "access", scope }));
  const shop = () => token("web", "orders/read orders/write");
  const support = () => token("support-desk", "orders/support accounts/support");
  const targets: Readonly<Record<string, readonly [line: string, headers: Case["headers"]]>> = {
    "a query": ["GET /orders?state=open&x=%2F", shop],
    "a query that looks like a path": ["GET /orders?/../accounts/me", shop],
    "an unknown path": ["GET /nothing", shop],
    "the root": ["GET /", shop],
    "an unknown method": ["PUT /orders", shop],
    "a method that no route has": ["PURGE /orders", shop],
    "HEAD where GET is": ["HEAD /orders", shop],
    "a path in capitals": ["GET /ORDERS", shop],
    "a slash at the end": ["GET /orders/", shop],
    "a doubled slash": ["GET //orders", shop],
    "a path of another service": ["GET /accounts/me", shop],
    "an encoded letter of a literal": ["GET /%6frders", shop],
    "an encoded slash": ["GET /orders%2Fexport", shop],
    "an encoded slash in a variable": ["GET /orders/4%2F2", shop],
    "a dot segment": ["GET /orders/../orders", shop],
    "a dot segment for a variable": ["GET /orders/..", shop],
    "an encoded dot segment": ["GET /orders/%2e%2e", shop],
    "a narrower route in capitals": ["GET /orders/EXPORT", shop],
    "a narrower route with an extension": ["GET /orders/export.json", shop],
    "a narrower route behind a dot": ["GET /orders/.export", shop],
    "a narrower route with an encoded letter": ["GET /orders/%65xport", shop],
    "a narrower route encoded twice": ["GET /orders/%2565xport", shop],
    "a narrower route with a space": ["GET /orders/export%20", shop],
    "a narrower route in full-width letters": ["GET /orders/%EF%BD%85xport", shop],
    "a narrower route by another method": ["DELETE /orders/export", support],
    "below a narrower route": ["POST /accounts/me/locks", support],
    "a narrower route of another service": ["GET /accounts/Me", support],
    "a variable with a semicolon": ["GET /orders/42;x=1", shop],
    "a variable with a backslash": ["GET /orders/4\\2", shop],
    "a variable with a zero byte": ["GET /orders/42%00", shop],
    "a variable that would write a header": ["GET /orders/42%0d%0aX-Caller-Scopes:%20x", shop],
    "a variable with an encoded question mark": ["GET /orders/42%3fx=1", shop],
    "a variable of accents": ["GET /orders/caf%C3%A9", shop],
    "a variable with a dotted capital I": ["GET /orders/%C4%B0", shop],
    "a variable with a sharp s": ["GET /orders/stra%C3%9Fe", shop],
    "a variable with a capital sharp s": ["GET /orders/stra%E1%BA%9Ee", shop],
    "a variable that is an escape twice": ["GET /orders/%252e%252e", shop],
    "a variable with signs": ["GET /orders/a.b~c_d-e!$&'()*+,:@=", shop],
    "an escape that is none": ["GET /orders/%zz", shop],
    "an escape that is no text": ["GET /orders/%c0%ae", shop],
  };
  return Object.entries(targets).map(([name, [line, headers]]): Case => ({ name, line, headers }));
}

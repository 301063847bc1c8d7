"use strict";
/** The token side of a Cognito user pool: one RSA key, its key set, and access tokens for a route of the policy. */
const { createSign, generateKeyPairSync, randomUUID } = require("node:crypto");

const STAGE_POLICY = "0123456789abcdef";

class CallerTokens {
  /** @param environment of the function: the issuer and client that the policy's names stand for */
  constructor(policy, environment) {
    const { publicKey, privateKey } = generateKeyPairSync("rsa", { modulusLength: 2048 });
    this.publicKey = publicKey;
    this.privateKey = privateKey;
    this.header = encode({ kid: "benchmark", alg: "RS256" });
    Object.assign(this, chooseRoute(policy, environment));
  }

  /** The key set, as in a user pool's `/.well-known/jwks.json`. */
  get keySet() {
    return { keys: [{ ...this.publicKey.export({ format: "jwk" }), kid: "benchmark", alg: "RS256", use: "sig" }] };
  }

  /** A unique access token, in Cognito's form. */
  sign(index) {
    const now = Math.floor(Date.now() / 1000);
    const payload = encode({
      sub: randomUUID(),
      iss: this.issuer,
      version: 2,
      client_id: this.clientId,
      origin_jti: randomUUID(),
      token_use: "access",
      scope: this.scopes.join(" "),
      auth_time: now - 60,
      exp: now + 3600,
      iat: now - 60,
      jti: randomUUID(),
      username: `caller-${index}`,
    });
    const signed = Buffer.from(`${this.header}.${payload}`);
    const signature = createSign("RSA-SHA256").update(signed).sign(this.privateKey);
    return { token: `${signed}.${signature.toString("base64url")}`, signed, signature };
  }

  /** API Gateway's event for the authorizer of a scoped, literal route: payload format 2.0. */
  event(token) {
    const [method, path] = this.routeKey.split(" ");
    const authorization = `Bearer ${token}`;
    return {
      version: "2.0",
      type: "REQUEST",
      routeArn: `arn:aws:execute-api:eu-west-1:111122223333:benchmark/$default/${method}${path}`,
      identitySource: [authorization, this.routeKey, STAGE_POLICY],
      routeKey: this.routeKey,
      rawPath: path,
      rawQueryString: "",
      headers: { authorization, host: "api.example.com", "user-agent": "benchmark", accept: "application/json" },
      requestContext: {
        accountId: "111122223333",
        apiId: "benchmark",
        domainName: "api.example.com",
        http: { method, path, protocol: "HTTP/1.1", sourceIp: "192.0.2.1", userAgent: "benchmark" },
        requestId: "JKJaXmPLvHcESHA=",
        routeKey: this.routeKey,
        stage: "$default",
      },
      stageVariables: { policy: STAGE_POLICY },
    };
  }

  /** The same of a REST API. */
  restEvent(token) {
    const [httpMethod, path] = this.routeKey.split(" ");
    return {
      type: "REQUEST",
      methodArn: `arn:aws:execute-api:eu-west-1:111122223333:benchmark/main/${httpMethod}${path}`,
      resource: path,
      path,
      httpMethod,
      multiValueHeaders: { Authorization: [`Bearer ${token}`], Host: ["api.example.com"] },
      queryStringParameters: null,
      stageVariables: { policy: STAGE_POLICY },
      requestContext: { path: `/main${path}`, extendedRequestId: "JKJaXmPLvHcESHA=", stage: "main" },
    };
  }
}

/** The first literal route that a client of the user pool has a scope for. */
function chooseRoute(policy, environment) {
  for (const issuer of policy.issuers.filter(({ kind }) => kind === "cognito")) {
    for (const { clientIdFrom, scopes } of issuer.clients) {
      for (const [routeKey, { access }] of Object.entries(policy.routes)) {
        if (access === "public" || routeKey.includes("{")) continue;
        if (!access.scopes.some((scope) => scopes.includes(scope))) continue;
        return { routeKey, scopes, issuer: environment[issuer.issuerFrom], clientId: environment[clientIdFrom] };
      }
    }
  }
  throw new Error("the policy has no scoped, literal route that a client of a user pool may call");
}

function encode(part) {
  return Buffer.from(JSON.stringify(part)).toString("base64url");
}

module.exports = { CallerTokens };

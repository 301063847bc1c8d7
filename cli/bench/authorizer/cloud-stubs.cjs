"use strict";
/**
 * Cuts this process off from the network. `https.request` answers at once, as the issuer and both clouds would, and any
 * other socket fails. Both are counted, so that "no call" is measured. The function itself has no switch for this; its
 * module is loaded afterwards.
 */
const { randomUUID } = require("node:crypto");
const { EventEmitter } = require("node:events");
const https = require("node:https");
const { syncBuiltinESMExports } = require("node:module");
const { Socket } = require("node:net");

/** @param keySet of every issuer */
function stubClouds(policy, keySet) {
  let calls = 0;
  https.request = (url, { method, headers }) => {
    calls += 1;
    return new StubbedRequest((body) => answerTo(policy, keySet, { url: new URL(url), method, headers, body }));
  };
  Socket.prototype.connect = () => {
    calls += 1;
    throw new Error("the network is away");
  };
  syncBuiltinESMExports();
  return { calls: () => calls };
}

/** The part of a `ClientRequest` that the function uses. */
class StubbedRequest extends EventEmitter {
  reusedSocket = false;

  constructor(answer) {
    super();
    this.answer = answer;
  }

  end(body = "") {
    setImmediate(() => {
      const response = Object.assign(new EventEmitter(), { statusCode: 200, headers: {} });
      this.emit("response", response);
      response.emit("data", Buffer.from(this.answer(body)));
      response.emit("end");
    });
    return this;
  }

  destroy() {
    return this;
  }
}

function answerTo(policy, keySet, { url, body }) {
  if (url.pathname.endsWith("/jwks.json")) return JSON.stringify(keySet);
  if (url.pathname.endsWith("/.well-known/openid-configuration")) return JSON.stringify(discovery(policy, url));
  if (/^sts\..*\.amazonaws\.com$/.test(url.hostname)) return assumedRole();
  if (url.hostname === "sts.googleapis.com") return JSON.stringify(exchanged());
  if (url.hostname === "iamcredentials.googleapis.com") return JSON.stringify(idToken(policy, JSON.parse(body)));
  throw new Error(`no stand-in for ${url.hostname}`);
}

/** https://openid.net/specs/openid-connect-discovery-1_0.html#ProviderMetadata */
function discovery({ issuers }, { href }) {
  const { issuer } = issuers.find((each) => each.issuer && href.startsWith(each.issuer));
  return { issuer, jwks_uri: `${issuer.replace(/\/$/, "")}/jwks.json` };
}

/** https://docs.aws.amazon.com/STS/latest/APIReference/API_AssumeRole.html */
function assumedRole() {
  const expiration = new Date(Date.now() + 3_600_000).toISOString();
  return `<AssumeRoleResponse><AssumeRoleResult><Credentials><AccessKeyId>ASIAIOSFODNN7EXAMPLE</AccessKeyId><SecretAccessKey>of/the/benchmark</SecretAccessKey><SessionToken>of/the/benchmark</SessionToken><Expiration>${expiration}</Expiration></Credentials></AssumeRoleResult></AssumeRoleResponse>`;
}

/** https://cloud.google.com/iam/docs/reference/sts/rest/v1/TopLevel/token */
function exchanged() {
  return {
    access_token: "of-the-benchmark",
    issued_token_type: "urn:ietf:params:oauth:token-type:access_token",
    token_type: "Bearer",
    expires_in: 3600,
  };
}

/** https://cloud.google.com/iam/docs/reference/credentials/rest/v1/projects.serviceAccounts/generateIdToken */
function idToken({ services }, { audience }) {
  const { serviceAccount } = Object.values(services).find((service) => service.audience === audience);
  const now = Math.floor(Date.now() / 1000);
  const claims = {
    aud: audience,
    email: serviceAccount,
    email_verified: true,
    sub: randomUUID(),
    iat: now,
    exp: now + 3600,
  };
  const [header, payload] = [{ alg: "RS256", typ: "JWT" }, claims].map((part) =>
    Buffer.from(JSON.stringify(part)).toString("base64url"),
  );
  return { token: `${header}.${payload}.c2lnbmF0dXJl` };
}

module.exports = { answerTo, stubClouds };

"use strict";
/** Stand-ins for the issuers and both clouds that an authorizer calls. The deployed artefact has no test switch. */
const { randomUUID } = require("node:crypto");
const { EventEmitter } = require("node:events");
const https = require("node:https");
const { syncBuiltinESMExports } = require("node:module");
const { Socket } = require("node:net");
const { Readable } = require("node:stream");

const HOUR = 3600;

/**
 * The answer of an issuer, AWS STS, Google STS or IAM Credentials without any failure; undefined for any other URL.
 *
 * @param scene documents of the issuers by URL, and what AWS STS answers about a principal, by access key id
 */
function cloudAnswer({ documents, principals = {} }, { href, host, pathname }, body, headers) {
  if (documents[href] !== undefined) return documents[href];
  if (/^sts\..+\.amazonaws\.com$/.test(host)) {
    const principal = principals[/Credential=(\w+)\//.exec(headers.authorization)?.[1]];
    if (principal !== undefined) {
      const { arn, userId } = principal;
      return `<A><Arn>${arn}</Arn><UserId>${userId}</UserId><Account>${arn.split(":")[4]}</Account></A>`;
    }
    const expires = new Date(Date.now() + HOUR * 1000).toISOString();
    const keys = `<AccessKeyId>ASIA${"0".repeat(16)}</AccessKeyId><SecretAccessKey>x</SecretAccessKey>`;
    return `<A><Credentials>${keys}<SessionToken>x</SessionToken><Expiration>${expires}</Expiration></Credentials></A>`;
  }
  if (host === "sts.googleapis.com") {
    const type = "urn:ietf:params:oauth:token-type:access_token";
    return JSON.stringify({ access_token: "x", issued_token_type: type, token_type: "Bearer" });
  }
  const account = /\/serviceAccounts\/(.+):generateIdToken$/.exec(pathname)?.[1];
  if (host !== "iamcredentials.googleapis.com" || account === undefined) return undefined;
  const claims = {
    aud: JSON.parse(body).audience,
    email: decodeURIComponent(account),
    sub: randomUUID(),
    exp: Math.floor(Date.now() / 1000) + HOUR,
  };
  const part = (value) => Buffer.from(JSON.stringify(value)).toString("base64url");
  return JSON.stringify({ token: `${part({ alg: "RS256" })}.${part(claims)}.${part("x")}` });
}

/**
 * Cuts this process off from the network: `https.request` answers like both clouds, and any other socket fails.
 * Call it before the function's module is loaded.
 *
 * @returns a count of the calls and sockets so far, so that a test can measure "no call"
 */
function cutOff(scene) {
  let calls = 0;
  Socket.prototype.connect = () => {
    calls += 1;
    throw new Error("no socket is opened here");
  };
  https.request = (url, { headers }) => {
    calls += 1;
    const outgoing = new EventEmitter();
    outgoing.destroy = () => {};
    outgoing.end = (body) =>
      setImmediate(() => {
        const answer = cloudAnswer(scene, new URL(url), String(body ?? ""), headers);
        const response = Object.assign(Readable.from([Buffer.from(answer ?? "")]), { statusCode: answer ? 200 : 404 });
        outgoing.emit("response", response);
      });
    return outgoing;
  };
  syncBuiltinESMExports();
  return () => calls;
}

module.exports = { cloudAnswer, cutOff };

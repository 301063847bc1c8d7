import { Sha256 } from "@aws-crypto/sha256-js";
import { defaultProvider } from "@aws-sdk/credential-provider-node";
import { SignatureV4 } from "@smithy/signature-v4";

/** A bearer token for the role that this program runs as. It is valid for five minutes. */
export async function frontDoorToken(apiUrl, door, region) {
  const hostname = `sts.${region}.amazonaws.com`;
  const credentials = defaultProvider();
  const signer = new SignatureV4({ credentials, service: "sts", region, sha256: Sha256, applyChecksum: false });
  const request = {
    method: "POST",
    protocol: "https:",
    hostname,
    path: "/",
    headers: {
      host: hostname,
      "content-type": "application/x-www-form-urlencoded; charset=utf-8",
      "x-front-door-host": new URL(apiUrl).hostname,
      "x-front-door-name": door,
      "x-front-door-expires": String(Math.floor(Date.now() / 1000) + 299),
    },
    body: "Action=GetCallerIdentity&Version=2011-06-15",
  };
  const { "content-type": _, ...headers } = (await signer.sign(request)).headers;
  return `aws-iam.${Buffer.from(JSON.stringify(headers)).toString("base64url")}`;
}

if (import.meta.filename === process.argv[1]) console.log(await frontDoorToken(...process.argv.slice(2)));

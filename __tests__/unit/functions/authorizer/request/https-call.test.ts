import { HttpsFailure, httpsCall } from "../../../../../functions/authorizer/request/https-call";
import { testAll } from "../../../../support/test-all";

/** No call to these opens a connection, whoever names them: a discovery document comes from outside. */
testAll([
  "not a URL",
  "http://issuer.example/keys",
  "https://issuer.example:8443/keys",
  "https://user@issuer.example/keys",
  "https://:password@issuer.example/keys",
  "https://localhost/keys",
  "https://169.254.169.254/latest/meta-data/",
  "https://2852039166/latest/meta-data/",
  "https://0xa9.0xfe.0xa9.0xfe/latest/meta-data/",
  "https://[fd00:ec2::254]/latest/meta-data/",
  "https://[::ffff:169.254.169.254]/latest/meta-data/",
])("a call goes to port 443 of a named host alone, and not to %s", async (url) => {
  const call = httpsCall({ method: "GET", url }, { timeoutMilliseconds: 1, maximumBytes: 1 });
  const failure = await call.catch((error: unknown) => error);
  expect(failure).toBeInstanceOf(HttpsFailure);
  expect(failure).toMatchObject({ kind: "address", transient: false });
});

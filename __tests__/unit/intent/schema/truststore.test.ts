import { parseTruststore, trustedCertificates } from "../../../../intent/schema/truststore";
import { authorities } from "../../../support/authorities";

const trusted = trustedCertificates(authorities("root", "level-1", "leaf"));

test("certificates have a subject and a last day, and are sorted by expiry", () => {
  expect(trusted).toEqual([
    { subject: "CN=client, O=Partners", expires: "2040-08-03" },
    { subject: "CN=Partners Level 1, O=Partners", expires: "2047-06-08" },
    { subject: "CN=Partners Root, O=Partners", expires: "2051-07-17" },
  ]);
});

test.each([
  ["nothing", "", "no certificate"],
  ["text next to them", `Partners\n${authorities("root")}`, "text between the certificates"],
  ["a truncated block", authorities("root").replace(/\n.{20}/, "\n"), "a block that is not a certificate (number 1)"],
  [
    "a key",
    `${authorities("root")}-----BEGIN EC PRIVATE KEY-----\nMHcCAQEE\n-----END EC PRIVATE KEY-----\n`,
    "a private key",
  ],
])("%s is not a trust store", (_, pem, got) => {
  expect(parseTruststore(pem)).toMatchObject({ got });
  expect(trustedCertificates(pem)).toEqual([]);
});

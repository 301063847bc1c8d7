import { claimsOf, loopbackCallback, loopbackOrigin, serviceChoice } from "../../../../cli/local/options";
import { testAll } from "../../../support/test-all";

testAll(["http://localhost:5173", "https://localhost", "http://127.0.0.1:8080", "http://[::1]:3000"])(
  "%s is an origin of this machine",
  (text) => {
    expect(loopbackOrigin(text)).toBe(text);
  },
);

testAll([
  ["http://localhost:5173/", "no more than scheme, host and port, as in http://localhost:5173\n"],
  ["http://localhost:80", "as in http://localhost\n"],
  ["HTTP://localhost", "as in http"],
  ["http://127.1:80", "as in http://127.0.0.1\n"],
  [
    "https://shop.example.com",
    "of this machine, as in http://localhost:5173\n    other origins and URLs belong in config/",
  ],
  ["http://localhost.evil.example", "of this machine"],
  ["http://not-localhost:5173", "of this machine"],
  ["http://me@localhost", "of this machine"],
  ["localhost:5173", "of this machine"],
  ["file:///tmp", "of this machine"],
  ["*", "of this machine"],
  ["null", "of this machine"],
])("the origin %s is refused and says what to do", (text, message) => {
  expect(() => loopbackOrigin(text)).toThrow(`--origin ${text}: expected`);
  expect(() => loopbackOrigin(text)).toThrow(message);
});

testAll(["http://localhost:5173/callback", "http://localhost:5173", "https://127.0.0.1/a?b=c"])(
  "%s is a callback of this machine, and stays as it is written",
  (text) => {
    expect(loopbackCallback(text)).toBe(text);
  },
);

testAll(["http://localhost:5173/#x", "https://shop.example.com/cb", "http://0.0.0.0/cb", "http://10.0.0.1/cb", "/cb"])(
  "the callback %s is refused and says what to do",
  (text) => {
    expect(() => loopbackCallback(text)).toThrow(`--callback ${text}: expected a URL of this machine`);
  },
);

test("a port or a command", () => {
  expect(serviceChoice("orders=:3000")).toEqual({ id: "orders", answeredBy: { port: 3000 } });
  expect(serviceChoice("web-shop=npm start -- --x=:1")).toEqual({
    id: "web-shop",
    answeredBy: { command: "npm start -- --x=:1" },
  });
});

testAll(["orders", "orders=", "=:3000", "orders=:", "orders=:x", "orders=:0", "orders=:65536", "Orders=:1"])(
  "%s is a usage error that shows how to write it",
  (text) => expect(() => serviceChoice(text)).toThrow("as in --service orders=:3000"),
);

test("a claim is a text after =, and a JSON value after :=", () => {
  const texts = [
    "sub=7",
    "empty=",
    "n:=7",
    'scp:=["a/b"]',
    "custom:tenant=t=1",
    "https://acme.example/x=y:=z",
    "sub=8",
  ];
  expect(claimsOf(texts)).toEqual({
    sub: "8",
    empty: "",
    n: 7,
    scp: ["a/b"],
    "custom:tenant": "t=1",
    "https://acme.example/x": "y:=z",
  });
});

testAll([
  ["sub", "expected <claim>=<text>"],
  ["=x", "expected <claim>=<text>"],
  ["scp:=[a]", "the text after := is not JSON"],
])("%s is refused with an example", (text, message) => {
  expect(() => claimsOf([text])).toThrow(`--claim ${text}: ${message}`);
  expect(() => claimsOf([text])).toThrow("as in --claim sub=ann");
});

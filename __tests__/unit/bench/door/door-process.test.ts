import { printedProgram } from "../../../../bench/door/door-process";
import { NotMeasured } from "../../../../bench/measure/figure";

test("reads a program's route, token endpoint and secret from the door's output", () => {
  const printed = `dev: http://127.0.0.1:4000  (ready in 700 ms; Ctrl-C closes)
no token: refused
  curl -s http://127.0.0.1:4000/orders
aws/arn:aws:iam::111122223333:role/nightly-export
  curl -s http://127.0.0.1:4000/orders -H "Authorization: Bearer $(npm run -s token -- dev --as aws/arn)"
customers/reporting-agent
  curl -s http://127.0.0.1:4000/orders/7 -H "Authorization: Bearer $(npm run -s token -- dev --as customers/reporting-agent)"
client id and secret, for http://127.0.0.1:5000/storefront-dev/oauth2/token
  customers/reporting-agent  id:secret
`;
  expect(printedProgram(printed)).toEqual({
    url: "http://127.0.0.1:4000/orders/7",
    tokenUrl: "http://127.0.0.1:5000/storefront-dev/oauth2/token",
    credentials: "id:secret",
  });
});

test("measures nothing without a program", () => {
  expect(() => printedProgram("dev: http://127.0.0.1:4000\n")).toThrow(NotMeasured);
});

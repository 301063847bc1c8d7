import { printedProgram } from "../../../../../cli/bench/door/printed-caller";
import { NotMeasured } from "../../../../../cli/bench/measure/figure";

test("a program's route, token endpoint and secret are read off the line that people paste", () => {
  const printed = `dev: http://127.0.0.1:4000  (ready in 700 ms; Ctrl-C closes)
nobody: refused, for want of a token
  curl -s http://127.0.0.1:4000/orders
aws/arn:aws:iam::111122223333:role/nightly-export
  curl -s http://127.0.0.1:4000/orders -H "Authorization: Bearer eyJ.x.y"
customers/reporting-agent
  curl -s http://127.0.0.1:4000/orders/7 -H "Authorization: Bearer $(curl -s -u 'id:secret' -d grant_type=client_credentials http://127.0.0.1:5000/storefront-dev/oauth2/token | sed 's/.*"access_token":"\\([^"]*\\)".*/\\1/')"
`;
  expect(printedProgram(printed)).toEqual({
    url: "http://127.0.0.1:4000/orders/7",
    tokenUrl: "http://127.0.0.1:5000/storefront-dev/oauth2/token",
    credentials: "id:secret",
  });
});

test("without a program there is nothing to measure", () => {
  expect(() => printedProgram("dev: http://127.0.0.1:4000\n")).toThrow(NotMeasured);
});

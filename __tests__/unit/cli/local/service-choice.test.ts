import { serviceChoice } from "../../../../cli/local/service-choice";

test("a port or a command", () => {
  expect(serviceChoice("orders=:3000")).toEqual({ id: "orders", answeredBy: { port: 3000 } });
  expect(serviceChoice("web-shop=npm start -- --x=:1")).toEqual({
    id: "web-shop",
    answeredBy: { command: "npm start -- --x=:1" },
  });
});

test.each(["orders", "orders=", "=:3000", "orders=:", "orders=:x", "orders=:0", "orders=:65536", "Orders=:1"])(
  "%s is a usage error that shows how to write it",
  (text) => expect(() => serviceChoice(text)).toThrow("as in --service orders=:3000"),
);

import { createServer } from "node:http";
import { type AddressInfo, connect } from "node:net";
import { headerValues, json, readRequest, writeAnswer } from "../../local/local-http";

test("a request is read as it came over the wire, and an answer written", async () => {
  const server = createServer((incoming, outgoing) => {
    readRequest(incoming).then((request) => writeAnswer(outgoing, json(201, request)));
  });
  await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
  const answer = await new Promise<string>((resolve) => {
    const socket = connect((server.address() as AddressInfo).port, "127.0.0.1", () =>
      socket.write(
        "POST /a/../b?c HTTP/1.1\r\nHost: X.example:8443\r\nX-One: a\r\nx-one: b\r\nContent-Length: 2\r\nConnection: close\r\n\r\n\u00e9",
      ),
    );
    let text = "";
    socket.setEncoding("utf8").on("data", (data: string) => {
      text += data;
    });
    socket.on("end", () => resolve(text));
  });
  server.close();
  const [head = "", body = ""] = answer.split("\r\n\r\n");
  expect(head).toMatch(/^HTTP\/1\.1 201 Created\r\ncontent-type: application\/json/);
  expect(JSON.parse(body.slice(body.indexOf("{"), body.lastIndexOf("}") + 1))).toMatchObject({
    method: "POST",
    host: "X.example",
    target: "/a/../b?c",
    headers: expect.arrayContaining([
      ["X-One", "a"],
      ["x-one", "b"],
    ]),
    body: "\u00e9",
  });
});

test("a header's values are found whatever the case of its name", () => {
  const headers = [
    ["X-One", "a"],
    ["x-one", "b"],
    ["x-two", "c"],
  ] as const;
  expect(headerValues({ headers }, "X-ONE")).toEqual(["a", "b"]);
  expect(headerValues({ headers }, "x-three")).toEqual([]);
});

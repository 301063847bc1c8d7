import { EventEmitter } from "node:events";
import tls from "node:tls";
import { Connections } from "../../../../../functions/authorizer/request/https-call";

/** Opens a connection in advance over a socket with this behaviour. */
async function opened(become: (socket: EventEmitter) => void) {
  const socket = Object.assign(new EventEmitter(), { setNoDelay() {}, destroy: () => socket.emit("close") });
  const connect = jest.spyOn(tls, "connect").mockReturnValue(socket as never);
  const connections = new Connections();
  try {
    const open = connections.open("issuer.example", 1000);
    become(socket);
    await open;
    expect(connect).toHaveBeenCalledWith(expect.objectContaining({ port: 443, rejectUnauthorized: true }));
    connect.mockReturnValue("another socket" as never);
    return connections.createConnection({ host: "issuer.example" }) === (socket as never) ? "kept" : "another";
  } finally {
    connect.mockRestore();
    connections.destroy();
  }
}

test("a connection opened in advance is used by the next call to its host", async () => {
  expect(await opened((socket) => socket.emit("secureConnect"))).toBe("kept");
});

test.each<[string, (socket: EventEmitter) => void]>([
  [
    "fails",
    (socket) => {
      socket.emit("error", new Error("refused"));
      socket.emit("close");
    },
  ],
  [
    "is closed before the call",
    (socket) => {
      socket.emit("secureConnect");
      socket.emit("end");
    },
  ],
])("one that %s is dropped without an error: the call opens its own", async (_, become) => {
  expect(await opened(become)).toBe("another");
});

"use strict";
/**
 * Stands between Terraform and the stand-in providers, as a thread, and refuses what the clouds would refuse: a name that
 * is taken, the deletion of something protected or in use. Everything else it passes on. See `refusing-cloud.ts`.
 */
const { appendFileSync, readFileSync } = require("node:fs");
const { connect, createServer } = require("node:http2");
const net = require("node:net");
const { workerData } = require("node:worker_threads");

const { started, rules, doors, lost, failing, log } = workerData;
const APPLY = "/tfplugin5.Provider/ApplyResourceChange";
const READ = "/tfplugin5.Provider/ReadResource";
/** Fields of `ApplyResourceChange.Request` and `.Response` in Terraform's plugin protocol 5. */
const [TYPE, PRIOR, PLANNED] = [1, 2, 3];
/** Field of `ReadResource.Request`. */
const CURRENT = 2;
const [NEW_STATE, DIAGNOSTICS] = [1, 3];

/** What exists, by `<type> <name>`: its attributes, or `deleted`. */
const objects = new Map();
/** States of objects whose answer was lost, by `<type> <id>`: a read after an import gets them. */
const unanswered = new Map();
/** How often each create was tried. */
const refused = new Map();
/** Names whose create has failed. */
const failed = new Set();

for (const { socket, provider } of doors) {
  const server = createServer();
  const cloud = connect("http://localhost", { createConnection: () => net.connect(provider) });
  server.on("stream", (stream, headers) => {
    const asked = Object.fromEntries(Object.entries(headers).filter(([name]) => name !== ":authority"));
    if (headers[":path"] === READ && unanswered.size > 0) return read(stream, cloud, asked);
    if (headers[":path"] !== APPLY) return passOn(stream, cloud.request(asked));
    collected(stream, (request) => applied(stream, cloud, asked, request));
  });
  server.listen(socket, () => {
    if (Atomics.add(started, 0, 1) === doors.length - 1) Atomics.notify(started, 0);
  });
}

function passOn(stream, upstream) {
  let trailers = {};
  upstream.on("trailers", (found) => {
    trailers = found;
  });
  upstream.on("response", (found, flags) => {
    stream.respond(found, { waitForTrailers: (flags & 1) === 0, endStream: (flags & 1) === 1 });
  });
  stream.on("wantTrailers", () => stream.sendTrailers(trailers));
  stream.on("close", () => upstream.close());
  for (const each of [stream, upstream]) each.on("error", () => {});
  stream.pipe(upstream);
  upstream.pipe(stream);
}

function applied(stream, cloud, headers, message) {
  const request = fieldsOf(message);
  const type = request.get(TYPE).toString();
  const [before, after] = [PRIOR, PLANNED].map((field) => attributesOf(request.get(field)));
  const call = callOf(type, before, after);
  const refusal = refusalOf(call);
  if (call.name !== undefined)
    appendFileSync(log, `${refusal === undefined ? "" : "refused "}${call.verb} ${call.key}\n`);
  if (refusal !== undefined) {
    // The state stays as it was.
    return answer(stream, Buffer.concat([field(NEW_STATE, request.get(PRIOR)), diagnostic(refusal)]));
  }
  const upstream = cloud.request(headers);
  upstream.end(framed(message));
  collected(upstream, (response) => {
    const made = attributesOf(fieldsOf(response).get(NEW_STATE));
    if (call.name === undefined) return answer(stream, response);
    if (call.verb === "delete") {
      if (call.rule.staysTaken) objects.set(call.key, "deleted");
      else objects.delete(call.key);
      for (const [key, found] of objects) if (goesWith(key, found, before.id)) objects.delete(key);
      return answer(stream, response);
    }
    // A name that is an id is known only now.
    const { key } = callOf(type, before, made);
    objects.set(key, made);
    const error = call.verb === "create" ? failureOf(key) : undefined;
    if (error === lost) {
      unanswered.set(`${type} ${made.id}`, fieldsOf(response).get(NEW_STATE));
      return answer(stream, Buffer.concat([field(NEW_STATE, request.get(PRIOR)), diagnostic(error)]));
    }
    answer(stream, error === undefined ? response : Buffer.concat([response, diagnostic(error)]));
  });
}

/** An object that was imported by its id alone is as its create made it. */
function read(stream, cloud, headers) {
  collected(stream, (message) => {
    const request = fieldsOf(message);
    const [type, id] = [request.get(TYPE).toString(), attributesOf(request.get(CURRENT))?.id];
    const found = unanswered.get(`${type} ${id}`);
    if (found !== undefined) return answer(stream, field(NEW_STATE, found));
    const upstream = cloud.request(headers);
    upstream.end(framed(message));
    collected(upstream, (response) => answer(stream, response));
  });
}

function callOf(type, before, after) {
  const rule = rules[type] ?? {};
  const name = rule.name?.map((attribute) => (after ?? before)[attribute]).join("/");
  const verb = before === null ? "create" : after === null ? "delete" : "update";
  return { type, before, after, rule, name, verb, key: `${type} ${name}` };
}

function refusalOf({ rule, verb, key, name, before, after }) {
  if (name === undefined) return undefined;
  const refusal = verb === "create" && nextRefusal(key);
  if (refusal) return refusal;
  if (verb === "create" && objects.has(key)) return rule.taken ?? `Error 409: ${key} already exists`;
  const [argument, other] = rule.alone ?? [];
  if (after?.[argument] === true && objects.has(`${other} ${before?.id ?? name}`))
    return `${key} has ${argument} and a ${other}`;
  if (verb !== "delete") return undefined;
  if (rule.protection !== undefined && [true, "ACTIVE"].includes(before[rule.protection])) {
    return `cannot destroy ${key} without setting ${rule.protection} to false`;
  }
  const user = rule.usedBy && [...objects].find(([other, found]) => isUse(other, found, rule.usedBy, before.id));
  return user && `ConflictException: ${key} is referenced in ${user[0]}`;
}

function goesWith(key, found, id) {
  const attribute = rules[key.split(" ")[0]]?.goesWith;
  return attribute !== undefined && found !== "deleted" && found[attribute] === id;
}

function isUse(key, found, [type, attribute], id) {
  return key.startsWith(`${type} `) && found !== "deleted" && found[attribute] === id;
}

/** The next error of a create that makes nothing. */
function nextRefusal(key) {
  const { refuses = {} } = JSON.parse(readFileSync(failing, "utf8"));
  const count = refused.get(key) ?? 0;
  refused.set(key, count + 1);
  return refuses[key]?.[count];
}

/** The error of a create that fails after the object exists: once for each name. */
function failureOf(key) {
  const { fails: errors = {} } = JSON.parse(readFileSync(failing, "utf8"));
  const error = errors[key] ?? errors[key.split(" ")[0]] ?? errors["*"];
  if (!error || failed.has(key)) return undefined;
  failed.add(key);
  return error;
}

/** Reads the whole gRPC message of a stream: one byte, its length in four bytes, its bytes. */
function collected(stream, use) {
  const parts = [];
  stream.on("data", (part) => parts.push(part));
  stream.on("error", () => {});
  stream.on("end", () => use(Buffer.concat(parts).subarray(5)));
}

function framed(message) {
  const head = Buffer.alloc(5);
  head.writeUInt32BE(message.length, 1);
  return Buffer.concat([head, message]);
}

function answer(stream, message) {
  stream.respond({ ":status": 200, "content-type": "application/grpc" }, { waitForTrailers: true });
  stream.on("wantTrailers", () => stream.sendTrailers({ "grpc-status": "0" }));
  stream.end(framed(message));
}

/** A diagnostic of severity error. */
function diagnostic(summary) {
  return field(DIAGNOSTICS, Buffer.concat([Buffer.from([0x08, 0x01]), field(2, Buffer.from(summary))]));
}

/** A protobuf field of bytes. */
function field(number, bytes) {
  return Buffer.concat([varint(number * 8 + 2), varint(bytes.length), bytes]);
}

function varint(number) {
  const bytes = [];
  let rest = number;
  for (; rest > 127; rest = Math.floor(rest / 128)) bytes.push((rest % 128) + 128);
  return Buffer.from([...bytes, rest]);
}

/** The last value of each protobuf field of bytes. */
function fieldsOf(message) {
  const found = new Map();
  let at = 0;
  const number = () => {
    let value = 0;
    for (let unit = 1; ; unit *= 128) {
      const byte = message[at++];
      value += (byte & 127) * unit;
      if (byte < 128) return value;
    }
  };
  while (at < message.length) {
    const tag = number();
    if (tag % 8 === 0) number();
    else {
      const length = number();
      found.set(Math.floor(tag / 8), message.subarray(at, at + length));
      at += length;
    }
  }
  return found;
}

/** The attributes of a `DynamicValue`, which are in MessagePack; null for no object. */
function attributesOf(value) {
  const packed = value === undefined ? undefined : fieldsOf(value).get(1);
  return packed === undefined ? null : unpacked(packed);
}

/** Reads MessagePack. An unknown value, which is an extension, becomes undefined. */
function unpacked(bytes) {
  let at = 0;
  const unsigned = (size) => {
    at += size;
    return bytes.readUIntBE(at - size, size);
  };
  const text = (length) => {
    at += length;
    return bytes.toString("utf8", at - length, at);
  };
  const list = (length) => Array.from({ length }, () => read());
  const map = (length) => Object.fromEntries(Array.from({ length }, () => [read(), read()]));
  const extension = (length) => {
    at += length + 1;
  };
  const double = (size) => {
    at += size;
    return size === 4 ? bytes.readFloatBE(at - 4) : bytes.readDoubleBE(at - 8);
  };
  const signed = (size) => {
    at += size;
    return size === 8 ? Number(bytes.readBigInt64BE(at - 8)) : bytes.readIntBE(at - size, size);
  };
  const KINDS = {
    192: () => null,
    194: () => false,
    195: () => true,
    196: () => text(unsigned(1)),
    197: () => text(unsigned(2)),
    198: () => text(unsigned(4)),
    199: () => extension(unsigned(1)),
    200: () => extension(unsigned(2)),
    202: () => double(4),
    203: () => double(8),
    204: () => unsigned(1),
    205: () => unsigned(2),
    206: () => unsigned(4),
    207: () => signed(8),
    208: () => signed(1),
    209: () => signed(2),
    210: () => signed(4),
    211: () => signed(8),
    212: () => extension(1),
    213: () => extension(2),
    214: () => extension(4),
    217: () => text(unsigned(1)),
    218: () => text(unsigned(2)),
    219: () => text(unsigned(4)),
    220: () => list(unsigned(2)),
    221: () => list(unsigned(4)),
    222: () => map(unsigned(2)),
    223: () => map(unsigned(4)),
  };
  function read() {
    const kind = bytes[at++];
    if (kind < 0x80) return kind;
    if (kind < 0x90) return map(kind & 15);
    if (kind < 0xa0) return list(kind & 15);
    if (kind < 0xc0) return text(kind & 31);
    if (kind >= 0xe0) return kind - 256;
    return KINDS[kind]();
  }
  return read();
}

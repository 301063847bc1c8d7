import { rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { generate } from "selfsigned";
import { doorFolder } from "../processes/door-folders";
import { asPartOf, type TracePlace } from "../trace/trace";
import {
  BodyTooLarge,
  callerOf,
  headerValues,
  headOf,
  type LocalAnswer,
  type LocalHost,
  type LocalHosts,
  readRequest,
  TOO_LARGE,
  writeAnswer,
} from "./local-http";
import { listenForCallers, listenOnLoopback, stopListening } from "./loopback";

/** What a process needs to use the local server as the internet. */
export interface LocalInternet {
  readonly port: number;
  /** File with the certificate of the authority that signed the server's certificate. */
  readonly authorityFile: string;
  /** The same certificate, PEM. */
  readonly authority: string;
}

const MISDIRECTED = { status: 421, body: "not a host of this stack" };
/** https://www.rfc-editor.org/rfc/rfc9112#section-3.2 asks for 400 where Host is repeated. */
const MALFORMED = { status: 400, body: "expected one Host header and a target that begins with /" };

/**
 * One https server on 127.0.0.1 for every host of both clouds. It has one certificate for all names, from an authority
 * that is new at every start and that no other program trusts.
 */
export class LocalTls implements LocalInternet {
  private readonly servers: Server[] = [];
  private readonly ask: LocalHost;
  port = 0;

  private constructor(
    hosts: LocalHosts,
    private readonly certificate: { readonly key: string; readonly cert: string },
    private readonly folder: string,
    readonly authority: string,
    readonly authorityFile: string,
  ) {
    this.ask = callerOf(() => hosts);
  }

  static async start(hosts: LocalHosts): Promise<LocalTls> {
    const { authority, key, certificate } = await certificates([...hosts.keys()]);
    const folder = doorFolder("authority");
    const authorityFile = join(folder, "authority.pem");
    writeFileSync(authorityFile, authority);
    const tls = new LocalTls(hosts, { key, cert: certificate }, folder, authority, authorityFile);
    tls.port = await tls.listen(() => undefined, listenForCallers);
    return tls;
  }

  /** Another port of the same local internet, for a process of this door. */
  async entrance(place: () => TracePlace | undefined): Promise<LocalInternet> {
    const port = await this.listen(place);
    const { authority, authorityFile } = this;
    return { port, authority, authorityFile };
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    for (const server of this.servers) await stopListening(server);
  }

  private async listen(place: () => TracePlace | undefined, listen = listenOnLoopback): Promise<number> {
    const server = createServer(this.certificate, (incoming, outgoing) => {
      asPartOf(place(), () => this.answer(incoming, outgoing));
    });
    this.servers.push(server);
    return listen(server);
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const refusal = refusalOf(incoming);
    if (refusal !== undefined) incoming.resume();
    const answer =
      refusal ??
      (await readRequest(incoming)
        .then(this.ask)
        .catch((error) => (error instanceof BodyTooLarge ? TOO_LARGE : MISDIRECTED)));
    writeAnswer(outgoing, answer);
  }
}

/** Decided before the body is read. Undefined if the request may be for a host of the stack. */
function refusalOf(incoming: IncomingMessage): LocalAnswer | undefined {
  const head = headOf(incoming);
  if (headerValues(head, "host").length !== 1 || !head.target.startsWith("/")) return MALFORMED;
  // Different names in SNI and Host are a client error, which a real front end answers with 421.
  const agreed = (incoming.socket as TLSSocket & { servername?: string }).servername === head.host;
  return agreed ? undefined : MISDIRECTED;
}

async function certificates(names: readonly string[]) {
  const options = { keyType: "ec", algorithm: "sha256" } as const;
  const authority = await generate([{ name: "commonName", value: "front door on a laptop" }], {
    ...options,
    extensions: [
      { name: "basicConstraints", cA: true, critical: true },
      { name: "keyUsage", keyCertSign: true, critical: true },
    ],
  });
  const leaf = await generate([{ name: "commonName", value: "both clouds" }], {
    ...options,
    ca: { key: authority.private, cert: authority.cert },
    extensions: [
      { name: "basicConstraints", cA: false },
      { name: "extKeyUsage", serverAuth: true },
      { name: "subjectAltName", altNames: names.map((value) => ({ type: 2 as const, value })) },
    ],
  });
  return { authority: authority.cert, key: leaf.private, certificate: leaf.cert };
}

import { rmSync, writeFileSync } from "node:fs";
import type { IncomingMessage, ServerResponse } from "node:http";
import { createServer, type Server } from "node:https";
import type { Socket } from "node:net";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { generate } from "selfsigned";
import { asPartOf, currentRequest } from "./current-request";
import { doorFolder } from "./door-folders";
import { type LocalHost, readRequest, writeAnswer } from "./local-http";
import { listenOnLoopback, stopListening } from "./loopback";

/** What a process needs to take the local server for the internet. */
export interface LocalInternet {
  readonly port: number;
  /** File with the certificate of the authority that signed the server's. */
  readonly authorityFile: string;
  /** The same certificate, PEM. */
  readonly authority: string;
  /** What is sent over this connection from now on belongs to the request under way here, on the other side as well. */
  follow(connection: Socket): void;
}

/** Stands for a local internet that starts later, so that whoever calls it then can be made before. */
export function laterInternet(of: () => LocalInternet): LocalInternet {
  return {
    get port() {
      return of().port;
    },
    get authorityFile() {
      return of().authorityFile;
    },
    get authority() {
      return of().authority;
    },
    follow: (connection) => of().follow(connection),
  };
}

/** Says whose request a connection from that port of this machine works for. */
type RequestOf = (remotePort: number | undefined) => string | undefined;

/**
 * One https server on 127.0.0.1 that is every host of both clouds: a certificate for all of their names, from an
 * authority that is made anew at every start and that nothing outside trusts.
 */
export class LocalTls implements LocalInternet {
  private readonly servers: Server[] = [];
  /** By the sender's port: the request that the connection works for. */
  private readonly followed = new Map<number, string | undefined>();
  port = 0;

  private constructor(
    private readonly hosts: ReadonlyMap<string, LocalHost>,
    private readonly certificate: { readonly key: string; readonly cert: string },
    private readonly folder: string,
    readonly authority: string,
    readonly authorityFile: string,
  ) {}

  static async start(hosts: ReadonlyMap<string, LocalHost>): Promise<LocalTls> {
    const { authority, key, certificate } = await certificates([...hosts.keys()]);
    const folder = doorFolder("authority");
    const authorityFile = join(folder, "authority.pem");
    writeFileSync(authorityFile, authority);
    const tls = new LocalTls(hosts, { key, cert: certificate }, folder, authority, authorityFile);
    tls.port = await tls.listen((port) => (port === undefined ? undefined : tls.followed.get(port)));
    return tls;
  }

  /** Another port of the same internet, for a process that works for one request at a time. */
  async entrance(request: () => string | undefined): Promise<LocalInternet> {
    const port = await this.listen(request);
    const { authority, authorityFile } = this;
    return { port, authority, authorityFile, follow: () => {} };
  }

  follow(connection: Socket): void {
    const request = currentRequest();
    const note = () => {
      const port = connection.localPort;
      if (port === undefined) return;
      if (!this.followed.has(port)) connection.once("close", () => this.followed.delete(port));
      this.followed.set(port, request);
    };
    if (connection.connecting) connection.once("connect", note);
    else note();
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    for (const server of this.servers) await stopListening(server);
  }

  private async listen(requestOf: RequestOf): Promise<number> {
    const server = createServer(this.certificate, (incoming, outgoing) => {
      asPartOf(requestOf(incoming.socket.remotePort), () => this.answer(incoming, outgoing));
    });
    this.servers.push(server);
    return listenOnLoopback(server);
  }

  private async answer(incoming: IncomingMessage, outgoing: ServerResponse): Promise<void> {
    const answer = await readRequest(incoming)
      .then((request) => {
        const handler = this.hosts.get(request.host);
        // Names in SNI and Host that differ are a client's mistake, and one that a real front end answers with 421.
        const agreed = (incoming.socket as TLSSocket & { servername?: string }).servername === request.host;
        return handler !== undefined && agreed ? handler(request) : { status: 421, body: "not a host of this stack" };
      })
      .catch((error: Error) => ({ status: 500, body: `the stand-in failed: ${error.message}` }));
    writeAnswer(outgoing, answer);
  }
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

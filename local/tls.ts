import { mkdtempSync, rmSync, writeFileSync } from "node:fs";
import { createServer, type Server } from "node:https";
import type { AddressInfo } from "node:net";
import { tmpdir } from "node:os";
import { join } from "node:path";
import type { TLSSocket } from "node:tls";
import { generate } from "selfsigned";
import { type LocalHost, readRequest, writeAnswer } from "./local-http";

/** What a process needs to take the local server for the internet. */
export interface LocalInternet {
  readonly port: number;
  /** File with the certificate of the authority that signed the server's. */
  readonly authorityFile: string;
  /** The same certificate, PEM. */
  readonly authority: string;
}

/**
 * One https server on 127.0.0.1 that is every host of both clouds: a certificate for all of their names, from an
 * authority that is made anew at every start and that nothing outside trusts.
 */
export class LocalTls implements LocalInternet {
  private constructor(
    private readonly server: Server,
    private readonly folder: string,
    readonly authority: string,
    readonly authorityFile: string,
    readonly port: number,
  ) {}

  static async start(hosts: ReadonlyMap<string, LocalHost>): Promise<LocalTls> {
    const { authority, key, certificate } = await certificates([...hosts.keys()]);
    const server = createServer({ key, cert: certificate }, (incoming, outgoing) => {
      readRequest(incoming)
        .then((request) => {
          const handler = hosts.get(request.host);
          // Names in SNI and Host that differ are a client's mistake, and one that a real front end answers with 421.
          const agreed = (incoming.socket as TLSSocket & { servername?: string }).servername === request.host;
          return handler !== undefined && agreed ? handler(request) : { status: 421, body: "not a host of this stack" };
        })
        .catch((error: Error) => ({ status: 500, body: `the stand-in failed: ${error.message}` }))
        .then((answer) => writeAnswer(outgoing, answer));
    });
    await new Promise<void>((resolve) => server.listen(0, "127.0.0.1", resolve));
    const folder = mkdtempSync(join(tmpdir(), "front-door-authority-"));
    const authorityFile = join(folder, "authority.pem");
    writeFileSync(authorityFile, authority);
    return new LocalTls(server, folder, authority, authorityFile, (server.address() as AddressInfo).port);
  }

  async stop(): Promise<void> {
    rmSync(this.folder, { recursive: true, force: true });
    this.server.closeAllConnections();
    await new Promise<void>((resolve) => this.server.close(() => resolve()));
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

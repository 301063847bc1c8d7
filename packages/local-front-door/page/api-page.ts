import { readFileSync } from "node:fs";
import { join } from "node:path";
import { json, type LocalAnswer, type LocalRequest } from "../net/local-http";
import { relay } from "./relay";

/** The OpenAPI document of a front door, for programs and for the page. */
export interface ApiDocuments {
  /** With the door's URL. */
  readonly document: unknown;
  /** The same for the page: it calls through `DOOR`, and a person pastes a token. */
  readonly tryOut: unknown;
}

export interface ApiPageProps extends ApiDocuments {
  readonly gatewayUrl: string;
  /** Folder of the package `swagger-ui-dist`. Default: it is not installed, and the page says how to. */
  readonly renderer?: string;
  /** Folder with the page's own files. */
  readonly assets: string;
}

/** Path of this server below which the gateway answers the page. */
export const DOOR = "/door";

const JAVASCRIPT = "text/javascript; charset=utf-8";
const OWN: Readonly<Record<string, string>> = { "api.css": "text/css; charset=utf-8", "api.js": JAVASCRIPT };
const OF_THE_RENDERER: Readonly<Record<string, string>> = {
  "swagger-ui.css": "text/css; charset=utf-8",
  "swagger-ui-bundle.js": JAVASCRIPT,
};

/** The part of the page's server that shows the routes of the door and calls them. */
export class ApiPage {
  constructor(private readonly props: ApiPageProps) {}

  /** Returns undefined if the request is not for this part. */
  answer(request: LocalRequest): Promise<LocalAnswer> | LocalAnswer | undefined {
    const { document, tryOut, gatewayUrl, renderer, assets } = this.props;
    const path = request.target.replace(/[?#].*$/, "");
    if (path.startsWith(`${DOOR}/`)) return relay(gatewayUrl, request, request.target.slice(DOOR.length));
    if (request.method !== "GET") return undefined;
    const name = path.slice(1);
    if (name === "openapi.json") return json(200, document);
    if (name === "api.json") return json(200, tryOut);
    if (name === "api") {
      return file(assets, renderer === undefined ? "api-missing.html" : "api.html", "text/html; charset=utf-8");
    }
    if (Object.hasOwn(OWN, name)) return file(assets, name, OWN[name]);
    if (renderer !== undefined && Object.hasOwn(OF_THE_RENDERER, name))
      return file(renderer, name, OF_THE_RENDERER[name]);
    return undefined;
  }
}

function file(folder: string, name: string, type = ""): LocalAnswer {
  return { status: 200, headers: { "content-type": type }, body: readFileSync(join(folder, name), "utf8") };
}

import type { Origin } from "../../source/located";

/** A part of a service's OpenAPI document from which no access follows. */
export interface LeftOut {
  readonly service: string;
  /** Named by the service: `config/openapi/orders.yaml`. */
  readonly document: string;
  /** `GET /orders`, or the name of a webhook. */
  readonly subject: string;
  /** The whole operation, which then has no route, one of its security requirements, its callbacks, or a webhook. */
  readonly part: "operation" | "alternative" | "callbacks" | "webhook";
  /** One for each security requirement of an operation. */
  readonly why: readonly Why[];
  readonly origin: Origin;
}

/** What the front door cannot enforce, or does not take. */
export type Why =
  /** Neither the operation nor the document has `security`. */
  | { readonly kind: "no-security" }
  /** `security: []`, or the requirement `{}`. @param isDefault of the document, for all operations */
  | { readonly kind: "public"; readonly isDefault: boolean }
  /** @param type `apiKey`, `http` or `mutualTLS` @param place of an API key: `header`, `query` or `cookie` */
  | { readonly kind: "scheme"; readonly scheme: string; readonly type: string; readonly place?: string }
  /** One requirement names several. A call has one token. */
  | { readonly kind: "several-schemes"; readonly schemes: readonly string[] }
  /** Any token of the scheme would be enough. */
  | { readonly kind: "no-scope"; readonly scheme: string }
  /** Servers of the operation or of its path. */
  | { readonly kind: "servers" }
  | { readonly kind: "method"; readonly method: string }
  /** The service itself makes these calls. */
  | { readonly kind: "outgoing" };

/** An operation of a document that has no route, because it is left out or config closes it. */
export interface Unrouted {
  readonly service: string;
  /** `GET /orders/{id}` */
  readonly key: string;
}

/** Value of a route in the config that leaves out an operation of the document. */
export const CLOSED = "closed";

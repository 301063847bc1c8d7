/** One request, as each of the three gets it. */
export interface HandshakeCall {
  readonly method: string;
  /** Path and query, sent as they are. */
  readonly target: string;
  /** In order; a name may occur twice. */
  readonly headers: readonly (readonly [name: string, value: string])[];
}

/** Status that the caller gets; 200 is the app's own response. */
export interface Answers {
  /** API Gateway with the authorizer's function, then Cloud Run: the federated handshake. */
  readonly authorizer: number;
  /** Envoy, called as Cloud Run forwards requests, without relying on the gateway. */
  readonly envoy: number;
  /** API Gateway with its own JWT authorizer. */
  readonly gateway: number;
}

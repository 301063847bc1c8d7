/** The Envoy release whose decisions were compared with the authorizer's: another one may decide otherwise. */
export const ENVOY_VERSION = "1.40.0";

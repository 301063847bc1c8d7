/** The host name of a `Host` header. API Gateway's `domainName` never has a port; a local address does. */
export function domainNameOf(host: string): string {
  return host.replace(/:\d+$/, "");
}

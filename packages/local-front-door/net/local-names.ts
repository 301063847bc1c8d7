/**
 * Addresses that a deployed stack has, and those that stand for them on this machine. Documents for clients name the first
 * ones, and a client on this machine must be led to the second ones.
 */
export class LocalNames {
  private readonly byPublic = new Map<string, string>();

  /**
   * @param deployed without a slash at its end: `https://api.shop.example.com`
   * @param local the same: `http://127.0.0.1:4010`
   */
  set(deployed: string, local: string): void {
    this.byPublic.set(deployed, local);
  }

  /** A text in which each deployed address is the one on this machine. */
  toLocal(text: string): string {
    return [...this.byPublic].reduce((all, [deployed, local]) => all.replaceAll(deployed, local), text);
  }

  /** The deployed address of one on this machine. Any other address stays the same. */
  toDeployed(address: string): string {
    for (const [deployed, local] of this.byPublic) {
      if (address === local || address.startsWith(`${local}/`)) return `${deployed}${address.slice(local.length)}`;
    }
    return address;
  }
}

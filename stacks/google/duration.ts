/**
 * A duration as Google's APIs answer it: seconds with 0, 3, 6 or 9 decimals (Protocol Buffers, "JSON mapping"). Any other
 * form of the same duration would be a change in each plan.
 *
 * @param milliseconds a whole number
 */
export function duration(milliseconds: number): string {
  const seconds = milliseconds / 1000;
  return `${Number.isInteger(seconds) ? seconds : seconds.toFixed(3)}s`;
}

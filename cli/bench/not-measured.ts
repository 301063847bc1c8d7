/** A benchmark could not be run, for a reason that a person can read. The others still are. */
export class NotMeasured extends Error {}

import fc from "fast-check";

/**
 * Property tests draw the same cases at every run, so that a failure in CI is the failure of a change. To look further,
 * draw others: `FAST_CHECK_SEED=4711 npm test`.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_125) });

export default fc;

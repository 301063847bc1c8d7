import fc from "fast-check";

/**
 * Property tests draw the same cases in every run, so that a change causes a failure in CI, not chance. To try other
 * cases: `FAST_CHECK_SEED=4711 npm test`.
 */
fc.configureGlobal({ seed: Number(process.env.FAST_CHECK_SEED ?? 20_261_125) });

export default fc;

import { attack } from "./kind";

/** Imported first: what the imports after it attack is dev as a REST API. */
attack("rest");

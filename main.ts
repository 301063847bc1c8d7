import { frontDoor } from "cloud-front-door";

/** Config declares the front door. Resources of your own go into `extend`: `extend: (stack) => { … }`. */
export default frontDoor();

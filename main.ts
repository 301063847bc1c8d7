import { frontDoor } from "cloud-front-door";

/** Config declares the front door. Declare your own resources in `extend`: `extend: (stack) => { … }`. */
export default frontDoor();

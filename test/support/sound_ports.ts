/** Ports for the sound of phones of this process. */
import { claimPorts } from "./free_ports.ts";

/** As many as no test needs at a time, with the five seconds that a port rests. */
const { start, end } = await claimPorts(400);

/** Options of a PhoneHandler: ports that are nobody else's for as long as this process runs. */
export const SOUND_PORTS = { rtpStartPort: start, rtpEndPort: end - 2 };

/** The same for a phone that has ports for one call. */
export const PORTS_FOR_ONE = { rtpStartPort: end - 1, rtpEndPort: end };

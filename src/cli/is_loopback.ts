/** Whether only this machine can reach an address. */

/** Whether an IP address is one of loopback: 127.0.0.0/8 or ::1. */
export function isLoopback(address: string): boolean {
  return /^127\./.test(address) || address === "::1" || /^::ffff:127\./i.test(address);
}

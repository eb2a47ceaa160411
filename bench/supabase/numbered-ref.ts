/** A project's reference made of a number: `aaaaaaaaaaaaaaaaaaab` for 1. */
export function numberedRef(number: number): string {
  const digits = number.toString(26).padStart(20, "0");
  return digits.replace(/./g, (digit) => String.fromCharCode(97 + Number.parseInt(digit, 26)));
}

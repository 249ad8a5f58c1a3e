import type { Role } from "../../api/types";

export const PASSWORD_LENGTH_MIN = 8;

export const ROLES: { value: Role; label: string }[] = [
  { value: "viewer", label: "Viewer: finds and plays sessions" },
  { value: "admin", label: "Admin: does everything" },
];

/** Letters and digits that are not taken for one another. */
const ALPHABET = "ABCDEFGHJKLMNPQRSTUVWXYZabcdefghijkmnopqrstuvwxyz23456789";
const PASSWORD_LENGTH = 16;

/** A password to begin with: random, and fit to be read out. */
export function makePassword(): string {
  // Bytes above the last whole multiple would make some letters more likely.
  const bound = 256 - (256 % ALPHABET.length);
  let made = "";
  while (made.length < PASSWORD_LENGTH) {
    for (const byte of crypto.getRandomValues(new Uint8Array(PASSWORD_LENGTH))) {
      if (byte < bound && made.length < PASSWORD_LENGTH) made += ALPHABET[byte % ALPHABET.length];
    }
  }
  return made;
}

export function accountNameProblem(name: string): string | null {
  return /^[A-Za-z0-9][A-Za-z0-9._@+-]{0,99}$/.test(name)
    ? null
    : "1 to 100 characters of A–Z, a–z, 0–9, ., _, @, + and -, beginning with a letter or a digit";
}

export function passwordProblem(password: string): string | null {
  return password.length < PASSWORD_LENGTH_MIN ? `${PASSWORD_LENGTH_MIN} characters at least` : null;
}

/** How many logins an account has, in words. */
export function loginsText(logins: number): string {
  if (logins === 0) return "not logged in";
  return logins === 1 ? "1 login" : `${logins} logins`;
}

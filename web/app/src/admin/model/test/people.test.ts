import { expect, test } from "vitest";
import { accountNameProblem, loginsText, makePassword, passwordProblem } from "../people";

test("passwords that are made up are random letters and digits that can be read out", () => {
  const made = Array.from({ length: 200 }, makePassword);

  expect(new Set(made).size).toBe(200);
  expect(made.every((password) => /^[A-HJ-NP-Za-km-z2-9]{16}$/.test(password))).toBe(true);
  expect(passwordProblem(made[0]!)).toBeNull();
  expect(passwordProblem("1234567")).not.toBeNull();
});

test.each(["viv", "viv@example.com", "a+b", "0", "x".repeat(100)])("%s may be an account's name", (name) => {
  expect(accountNameProblem(name)).toBeNull();
});

test.each(["", "-a", "a b", "ä", "a/b", "x".repeat(101)])("“%s” may not", (name) => {
  expect(accountNameProblem(name)).not.toBeNull();
});

test("logins are counted in words", () => {
  expect([0, 1, 2].map(loginsText)).toEqual(["not logged in", "1 login", "2 logins"]);
});

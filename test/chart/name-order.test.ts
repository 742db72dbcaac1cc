import { expect, test } from "vitest";
import { areInOrder, compareNames, sortNames } from "../../src/chart/name-order.ts";

test.each([
  [
    "numbers in names",
    ["machine 10", "machine 9", null, "machine 1"],
    ["machine 1", "machine 9", "machine 10", null],
  ],
  ["numbers below zero", ["3", "-5", "-10", "0.5"], ["-10", "-5", "0.5", "3"]],
  [
    "whole numbers that JavaScript would round",
    ["9007199254740993", "9007199254740992"],
    ["9007199254740992", "9007199254740993"],
  ],
  ["days of the week", ["Sun", "Mon", "(null)", "Fri"], ["Mon", "Fri", "Sun", "(null)"]],
  ["months, however they are written", ["SEPT.", "May", "january"], ["january", "May", "SEPT."]],
  ["names that are not all of a calendar", ["Mon", "Fri", "Moon"], ["Fri", "Mon", "Moon"]],
])("%s are sorted as readers expect", (_what, names, sorted) => {
  expect(sortNames(names)).toEqual(sorted);
});

test.each([
  [["Jan", "Mar"], true],
  [["2024-03", "2024-01", null], true],
  [["10 – 19", "0 – 9"], true],
  [["Mon", "Monday", "Ma"], false],
  [["rent", "food"], false],
  [["3M", "Apple"], false],
  [["one"], false],
])("%j have an order of their own: %s", (names, isOrdered) => {
  expect(areInOrder(names)).toBe(isOrdered);
});

test("the order of names is one", () => {
  const names = ["b", "a 10", "a 9", "a", "(null)", "1", "-1", "ä", "Z"];
  for (const a of names)
    for (const b of names) expect(Math.sign(compareNames(a, b))).toBe(-Math.sign(compareNames(b, a)) + 0);
});

import { describe, expect, test } from "bun:test";
import {
  dateIn,
  numberOf,
  numbersIn,
  sayDate,
  sayTime,
  timeIn,
} from "../../../examples/offline/words.ts";

/** A Friday. */
const TODAY = new Date(2026, 10, 27, 15);

describe("words", () => {
  test.each([
    ["two", [2]],
    ["a room for twenty one nights", [21]],
    ["seven thirty", [7, 30]],
    ["seven forty five", [7, 45]],
    ["twenty fifteen", [20, 15]],
    ["the twenty third of march", [23]],
    ["the thirtieth", [30]],
    ["12 nights", [12]],
    ["no room at all", []],
  ])("numbersIn: %s", (text, numbers) => {
    expect(numbersIn(text)).toEqual(numbers);
  });

  test.each([
    ["for four please", 4],
    ["twenty two", 22],
    ["8", 8],
    ["tomorrow at seven", undefined],
    ["the third of march", undefined],
    ["", undefined],
  ])("numberOf: %s", (text, number) => {
    expect(numberOf(text)).toBe(number);
  });

  test.each([
    ["today", "2026-11-27"],
    ["tonight please", "2026-11-27"],
    ["tomorrow", "2026-11-28"],
    ["on saturday", "2026-11-28"],
    ["friday", "2026-12-04"],
    ["for two nights from the third of march", "2027-03-03"],
    ["december the twenty fourth for two nights", "2026-12-24"],
    ["a table for four on november twenty seventh", "2026-11-27"],
    ["november twenty sixth", "2027-11-26"],
    ["february twenty ninth", "2028-02-29"],
    ["0315", "2027-03-15"],
    ["two", undefined],
    ["march", undefined],
    ["315", undefined],
  ])("dateIn: %s", (text, date) => {
    const found = dateIn(text, TODAY);
    const iso = found && [found.getFullYear(), found.getMonth() + 1, found.getDate()]
      .map((part) => String(part).padStart(2, "0")).join("-");
    expect(iso).toBe(date);
  });

  test.each([["february thirtieth"], ["0230"], ["1301"], ["0010"], ["0100"]])(
    "dateIn knows no %s",
    (text) => {
      expect(() => dateIn(text, TODAY)).toThrow("There is no such day.");
    },
  );

  test.each([
    ["at seven", 19 * 60],
    ["seven o'clock", 19 * 60],
    ["half past seven", 19 * 60 + 30],
    ["quarter to eight", 19 * 60 + 45],
    ["eight fifteen", 20 * 60 + 15],
    ["1930", 19 * 60 + 30],
    ["0730", 7 * 60 + 30],
    ["later", undefined],
  ])("timeIn: %s", (text, minutes) => {
    expect(timeIn(text)).toBe(minutes);
  });

  test.each([
    [2026, 11, 27, "Friday the twenty seventh of November"],
    [2027, 3, 1, "Monday the first of March"],
    [2027, 3, 20, "Saturday the twentieth of March"],
    [2027, 3, 30, "Tuesday the thirtieth of March"],
    [2027, 3, 31, "Wednesday the thirty first of March"],
  ])("sayDate: %d-%d-%d", (year, month, day, words) => {
    expect(sayDate(new Date(year, month - 1, day))).toBe(words);
  });

  test.each([
    [19 * 60, "seven o'clock"],
    [19 * 60 + 30, "seven thirty"],
    [20 * 60 + 15, "eight fifteen"],
    [20 * 60 + 45, "eight forty five"],
    [12 * 60 + 10, "twelve ten"],
  ])("sayTime: %d", (minutes, words) => {
    expect(sayTime(minutes)).toBe(words);
  });
});

/** The one import of commander, and how options are read. */
import { InvalidArgumentError } from "commander";

export { Command, InvalidArgumentError, Option } from "commander";

/** Reads a whole number within bounds. */
export function wholeNumber(lowest: number, highest: number) {
  return (text: string): number => {
    const number = Number(text);
    if (text.trim() === "" || !Number.isInteger(number) || number < lowest || number > highest) {
      throw new InvalidArgumentError(`expected a whole number from ${lowest} to ${highest}`);
    }
    return number;
  };
}

export const port = wholeNumber(0, 65_535);

import { isError } from "../../src/errors.ts";

/** The code and message of the refusal that the work ends in. */
export async function refusalOf(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (!isError(error)) throw error;
    return `${error.code}: ${error.message}`;
  }
  throw new Error("nothing was refused");
}

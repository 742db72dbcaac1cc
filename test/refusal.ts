import { isError } from "../src/errors.ts";

/** `code: message` of the refusal that the work ends with; fails when nothing is refused. */
export async function refusal(work: () => unknown): Promise<string> {
  try {
    await work();
  } catch (error) {
    if (isError(error)) return `${error.code}: ${error.message}`;
    throw error;
  }
  throw new Error("nothing was refused");
}

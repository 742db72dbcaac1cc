/** Errors as values: what went wrong in words, then what helps to look into it. */
import type { DlfLanceError } from "../../errors.ts";
import type { MimeBundle } from "../bundle.ts";
import { renderProperties } from "./properties.ts";

/** The error as a card. Its message names the action, the thing and the next step. */
export function renderError(error: DlfLanceError): MimeBundle {
  return renderProperties({
    title: error.code,
    rows: [
      ["message", error.message],
      ["HTTP status", error.status],
    ],
  });
}

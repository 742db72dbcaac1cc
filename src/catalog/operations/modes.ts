import { DlfLanceError } from "../../errors.ts";

type SnakeCase<Text extends string> = Text extends `${infer First}${infer Rest}`
  ? First extends Lowercase<First>
    ? `${First}${SnakeCase<Rest>}`
    : `_${Lowercase<First>}${SnakeCase<Rest>}`
  : "";
type WithoutFirst<Text extends string> = Text extends `_${infer Rest}` ? Rest : Text;

/** A mode of the Lance Namespace specification, in either of its spellings: `ExistOk`, `exist_ok`. Capitals do not matter. */
export type ModeName<Mode extends string> = Mode | WithoutFirst<SnakeCase<Mode>>;

/**
 * The mode that a caller means.
 *
 * @param modes the first is taken when none is given
 * @throws InvalidInput
 */
export function readMode<Mode extends string>(
  action: string,
  given: ModeName<Mode> | undefined,
  modes: readonly [Mode, ...Mode[]],
): Mode {
  if (given === undefined) return modes[0];
  const wanted = fold(String(given));
  const found = modes.find((mode) => fold(mode) === wanted);
  if (found !== undefined) return found;
  throw new DlfLanceError(
    "InvalidInput",
    `Cannot ${action}: expected one of ${modes.join(", ")} for its mode or behavior`,
  );
}

function fold(mode: string): string {
  return mode.replaceAll("_", "").toLowerCase();
}

/** Scripts with values, read by a real shell. */
import { execFileSync } from "node:child_process";
import fc from "fast-check";
import { expect, test } from "vitest";
import { sh } from "../../src/notebook/shell.ts";
import { buildShellScript, type ShellValue } from "../../src/notebook/shell-script.ts";
import { redact } from "../../src/secret.ts";

function build(strings: TemplateStringsArray, ...values: ShellValue[]) {
  return buildShellScript(strings.raw, values);
}

/** The words that `printf` got. */
function wordsOf({ script, environment }: ReturnType<typeof build>): string[] {
  const shown = execFileSync("sh", ["-c", script], { env: { PATH: process.env.PATH, ...environment } });
  return shown.toString().split("\0").slice(0, -1);
}

const hostile = [
  "",
  " ",
  "-n",
  "$(echo broken)",
  "`echo broken`",
  "; echo broken",
  "'; echo broken; '",
  '"; echo broken; "',
  "*",
  "~",
  "a b\tc\nd",
  "\\",
  "a\\",
  "${HOME} $HOME $1",
  "é🙂",
  "#x",
  "a=b",
  "!!",
];

/** A template with one value in it. */
type Template = readonly [before: string, after: string];

function template(strings: TemplateStringsArray, _value: "value"): Template {
  const [before = "", after = ""] = strings.raw;
  return [before, after];
}

const value = "value" as const;
const places: readonly [string, Template, (value: string) => string[]][] = [
  ["alone", template`printf '%s\0' ${value}`, (v) => [v]],
  ["in a word", template`printf '%s\0' a${value}b`, (v) => [`a${v}b`]],
  ["in double quotes", template`printf '%s\0' "a ${value} \" b"`, (v) => [`a ${v} " b`]],
  ["in single quotes", template`printf '%s\0' 'it is ${value}, "so"'`, (v) => [`it is ${v}, "so"`]],
  ["in an inner command", template`printf '%s\0' "$(printf '%s.' ${value})"`, (v) => [`${v}.`]],
  ["quoted in an inner command", template`printf '%s\0' "$(printf '%s.' "<${value}>")"`, (v) => [`<${v}>.`]],
  ["behind an inner command", template`printf '%s\0' "$(echo 'a')${value}"`, (v) => [`a${v}`]],
  ["in a variable", template`x=${value}; printf '%s\0' "$x"`, (v) => [v]],
  ["in a function", template`f() { printf '%s\0' ${value} "$1"; }; f 1`, (v) => [v, "1"]],
  ["behind a pipe", template`echo x | { read -r y; printf '%s\0' ${value} "$y"; }`, (v) => [v, "x"]],
  [
    "behind a comment",
    template`echo x >/dev/null # it's a comment
    printf '%s\0' ${value}`,
    (v) => [v],
  ],
  ["behind the script of a shell", template`sh -c 'printf "%s\0" "$1"' sh ${value}`, (v) => [v]],
  ["behind a program that runs it", template`env A=1 nice printf '%s\0' ${value}`, (v) => [v]],
  ["in a condition", template`if [ -n "x${value}" ]; then echo; fi >/dev/null; printf '%s\0' .`, () => ["."]],
];

test.each(places)("a value is its own text, whatever it holds: %s", (_, [before, after], expected) => {
  const drawn = fc.sample(fc.string({ unit: "grapheme", maxLength: 30 }), 30);
  const values = [...hostile, ...drawn.map((text) => text.replaceAll("\0", "").toWellFormed())];
  const between = values.slice(1).map(() => `${after}\n${before}`);
  expect(wordsOf(buildShellScript([before, ...between, after], values))).toEqual(values.flatMap(expected));
});

test("a list is a word for each item, a secret what it holds", () => {
  expect(
    wordsOf(build`printf '%s\0' a${["b c", "", 5, true]} ${[]} ${redact("open sesame, quickly")}`),
  ).toEqual(["ab c", "", "5", "true", "open sesame, quickly"]);
});

test("what it starts has no variable of ours", () => {
  expect(wordsOf(build`printf '%s\0' ${"x"}; env | grep -i dlf_lance; printf 'none\0'`)).toEqual([
    "x",
    "none",
  ]);
});

test.each<[string, () => unknown, RegExp]>([
  ["eval", () => build`eval ${"x"}`, /value 1: eval would read it as code/],
  ["an inner eval", () => build`echo "$(eval "echo ${"x"}")"`, /eval would read it as code/],
  ["command eval", () => build`command eval ${"x"}`, /eval would read it/],
  [
    "a shell's script",
    () => build`sh -c ${"x"}`,
    /value 1: sh -c would read it as code; pass it behind the script/,
  ],
  ["a part of it", () => build`/bin/bash -ec "echo ${"x"}"`, /bash -ec would read it as code/],
  [
    "the script of a shell that another program starts",
    () => build`env A=1 sh -c ${"x"}`,
    /sh -c would read it as code/,
  ],
  ["one behind find", () => build`find . -exec bash -ce ${"x"} \\;`, /bash -ce would read it/],
  ["one behind options", () => build`sudo -n timeout 5 sh -c -- ${"x"}`, /sh -c would read it/],
  ["a remote shell", () => build`nohup ssh host "ls ${"x"}"`, /ssh would read it as code/],
  ["an alias", () => build`alias ${"a=x"}`, /alias would read it/],
  ["trap", () => build`a; trap ${"x"} EXIT`, /trap would read it/],
  ["test -v", () => build`[ -v ${"x"} ]`, /\[ would read it/],
  ["[[", () => build`[[ ${"x"} -eq 1 ]]`, /\[\[ would read it/],
  ["arithmetic", () => build`echo $((${"x"} + 1))`, /it has values and \(\(/],
  ["eval behind an inner command", () => build`eval "$(echo a) ${"x"}"`, /eval would read it/],
  ["a document", () => build`cat <<E\n${"x"}\nE`, /it has values and <</],
  ["a command's name", () => build`${"eval"} ${"x"}`, /value 1: it names the command eval/],
  ["a comment", () => build`echo # ${"x"}`, /value 1: it stands in a comment/],
  ["a $", () => build`echo $${"x"}`, /a \$ stands before it/],
  ["a list in quotes", () => build`echo "${["a"]} ${["a", "b"]}"`, /value 2: a list stands in quotes/],
  ["null", () => build`echo ${null as never}`, /value 1: it is null; pass a text/],
  ["an object", () => build`echo ${{} as never}`, /value 1: it is of type object/],
  ["NUL", () => build`echo ${"a\0b"}`, /it holds a NUL character/],
])("what a shell would read as code is refused: %s", (_, act, message) => {
  expect(act).toThrow(message);
});

test("a command in parentheses is refused with how it is written", () => {
  for (const command of ["ls", undefined, ["ls"]])
    expect(() => sh(command as never)).toThrow("write await sh`ls`");
});

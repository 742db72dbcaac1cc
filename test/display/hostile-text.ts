/** Text that tries to become markup, to break out of an attribute, or to reorder the line it stands on. */
import fc from "fast-check";

const attacks = [
  "<script>alert(1)</script>",
  '"><img src=x onerror=alert(1)>',
  "' onmouseover='alert(1)",
  "</td></tr></table><svg onload=alert(1)>",
  "</title></style></textarea></pre><b>",
  "<!--",
  "]]>",
  "&lt;script&gt;",
  "&#x3c;b&#x3e;",
  "javascript:alert(1)",
  "`$\u007balert(1)}`",
  "\u202egnp.exe",
  "\u0000<\u0000script>",
  "\ud800",
  "a\r\n\tb\u001b[31mred\u2028\u2029",
];
export const hostileText = fc
  .array(
    fc.oneof(fc.constantFrom(...attacks), fc.string({ unit: "binary" }), fc.string({ unit: "grapheme" })),
    {
      minLength: 1,
      maxLength: 4,
    },
  )
  .map((parts) => parts.join(""));
